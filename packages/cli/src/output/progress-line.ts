import type { ProgressReading, ProgressState } from "@awsideman/aws-client";
import { formatDuration } from "./quantity.ts";

/** What is told of a long piece of work. */
export interface ProgressFacts extends ProgressState, ProgressReading {
  /** Of what so much is done; undefined: nobody has said. */
  readonly what: string | undefined;
  /** How many calls a second AWS takes. */
  readonly quota: number;
}

/**
 * Says in one line how far it is: the more important before the less, which is left out where it does not fit. Plain ASCII,
 * without colours.
 * @param columns so wide it may be
 */
export function formatProgress(facts: ProgressFacts, columns: number): string {
  const { what, done, total, calls, callsPerSecond, quota, timeLeft } = facts;
  const count = total === undefined ? grouped(done) : `${grouped(done)}/${grouped(total)}`;
  const parts = [
    what === undefined ? "asking AWS" : `${what} ${count}`,
    ...(timeLeft === undefined ? [] : [`${formatDuration(timeLeft)} left`]),
    // The first seconds use up what was not used before, which is no more than the quota allows.
    ...(callsPerSecond === undefined
      ? []
      : [`${Math.min(quota, Math.round(callsPerSecond))} of ${quota} calls/s`]),
    `${grouped(calls)} ${calls === 1 ? "call" : "calls"}`,
  ];
  let line = (parts[0] as string).slice(0, Math.max(0, columns));
  for (const part of parts.slice(1)) {
    if (line.length + 2 + part.length > columns) break;
    line += `, ${part}`;
  }
  return line;
}

/** `12,345`. Not by `Intl`: that takes milliseconds to load. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
