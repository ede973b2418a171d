import { mutants } from "./mutants.ts";
import { takeOut } from "./take-out.ts";

// Loaded into a process before its program.
takeOut(mutants);
