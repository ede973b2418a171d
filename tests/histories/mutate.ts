import { takeOut } from "../laws/take-out.ts";
import { guards } from "./mutants.ts";

// Loaded into a process before its program.
takeOut(guards);
