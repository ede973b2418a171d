export { runCommandLine, type Host } from "./run-command-line.ts";
export { exitCodes, type ExitCode } from "./errors/exit-code.ts";
export type { Output } from "./output/output.ts";
export type { Variables } from "./settings/variables.ts";
