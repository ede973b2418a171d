import { takeOut } from "../laws/take-out.ts";
import { mutants } from "./mutants.ts";

// Loaded into a process before its program.
takeOut(mutants);
