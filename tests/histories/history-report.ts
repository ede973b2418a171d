import type { StorageConfiguration } from "@awsideman/cache-core";
import type { WrongAnswer } from "./answer-checker.ts";

export interface HistoryOptions {
  readonly seed: number;
  /** Where the clients keep answers. They share it. */
  readonly storage: (folder: string) => StorageConfiguration;
  /** How long it goes on. Default: until each phase has come once. */
  readonly milliseconds?: number | undefined;
  /** The phases that come. Default: all. */
  readonly phases?: readonly string[] | undefined;
  /** The only commands that are sent. Default: all, and most of what is sent are a few, others in each phase. */
  readonly focus?: readonly string[] | undefined;
  /** Milliseconds for which clients take what was written to be on its way. Default: longer than any lag. */
  readonly settle?: number | undefined;
  /** A guard to be taken out of the code that runs, see `mutants`. Ends with the first wrong answer. */
  readonly mutant?: string | undefined;
}

export interface HistoryReport {
  /** What to run again. */
  readonly seed: number;
  /** Reads that AWS itself could not have answered so, in words. */
  readonly wrong: readonly string[];
  /** Errors that nothing explains. */
  readonly unexplained: readonly string[];
  readonly reads: number;
  /** Of these, those that did not ask AWS. */
  readonly cached: number;
  readonly writes: number;
  /** Errors that a fault explains, or a refusal of AWS. */
  readonly explained: number;
  /** What has happened, in order. */
  readonly phases: readonly string[];
  /** How often each command succeeded. */
  readonly succeeded: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
}

/** What somebody needs to know who looks for the reason. */
export function inWords({ read, atBegin, atEnd }: WrongAnswer): string {
  const { process, request, outcome } = read;
  const { begin, end, cached, answer } = outcome;
  const from = firstDifference(answer, atEnd);
  const shown = (text: string): string => text.slice(Math.max(0, from - 150), from + 250);
  return [
    `${process} ${request.command} ${JSON.stringify(request.input)}`,
    `${cached ? "from the cache" : "from AWS"}, ${begin.toFixed(1)} to ${end.toFixed(1)}: …${shown(answer)}`,
    `AWS at its begin: …${shown(atBegin)}`,
    `AWS at its end: …${shown(atEnd)}`,
  ].join("\n");
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
