import { exitCodes, type ExitCode } from "./exit-code.ts";

export interface CliErrorOptions extends ErrorOptions {
  /** What the user can do about it: the second half of the line. */
  readonly advice?: string | undefined;
  /** Default: 1. */
  readonly exitCode?: ExitCode;
  /** It is this program that is wrong. */
  readonly unexpected?: boolean;
}

/** Something that the user is told in one line: what happened, and what to do. */
export class CliError extends Error {
  override readonly name: string = "CliError";
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
  readonly unexpected: boolean;

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options);
    this.advice = options.advice;
    this.exitCode = options.exitCode ?? exitCodes.failed;
    this.unexpected = options.unexpected ?? false;
  }
}

/** The command line or the environment is wrong. */
export function usageError(message: string, advice?: string, cause?: unknown): CliError {
  return new CliError(message, { advice, exitCode: exitCodes.usage, cause });
}

/** What the user named is not there. */
export function notFoundError(message: string, advice?: string, cause?: unknown): CliError {
  return new CliError(message, { advice, exitCode: exitCodes.notFound, cause });
}
