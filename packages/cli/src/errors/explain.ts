import { printable } from "../output/text.ts";
import type { CliError } from "./cli-error.ts";
import { classify } from "./classify.ts";
import type { ExitCode } from "./exit-code.ts";

export interface Explanation {
  /** One line for stderr; more of them when it is to be verbose. */
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Says of anything that was thrown what happened, and what to do about it. */
export function explain(error: unknown, verbose: boolean): Explanation {
  const known = classify(error);
  const { message, advice, exitCode } = known;
  const lines = [`awsideman: ${oneLine(advice === undefined ? message : `${message}; ${advice}`)}`];
  if (verbose) lines.push(...causesOf(known, error));
  return { text: lines.map((line) => `${line}\n`).join(""), exitCode };
}

/** The chain of causes, with a stack only where it is this program that is wrong. */
function causesOf(known: CliError, thrown: unknown): readonly string[] {
  const lines: string[] = [];
  let cause: unknown = known === thrown ? known.cause : thrown;
  for (let depth = 0; cause !== undefined && cause !== null && depth < 10; depth += 1) {
    const next: unknown = cause instanceof Error ? cause.cause : undefined;
    lines.push(`  caused by ${oneLine(describe(cause))}`);
    if (known.unexpected && depth === 0 && cause instanceof Error) {
      lines.push(...(cause.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)));
    }
    cause = next;
  }
  return lines;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { $metadata, code } = error as {
    $metadata?: { requestId?: string; attempts?: number };
    code?: unknown;
  };
  const facts = [
    typeof code === "string" ? code : undefined,
    $metadata?.requestId === undefined ? undefined : `request ${$metadata.requestId}`,
    ($metadata?.attempts ?? 1) > 1 ? `${$metadata?.attempts} attempts` : undefined,
  ].filter((fact) => fact !== undefined);
  return `${error.name}: ${error.message}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function oneLine(text: string): string {
  return printable(text.replace(/\s*\r?\n\s*/g, " ").trim());
}
