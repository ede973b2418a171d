import type { ConcernedEntry } from "@awsideman/cache-core";
import { formatDuration, plural } from "../output/quantity.ts";
import { lines, sections, table, type View } from "../output/view.ts";
import { describeEntry } from "./find-key.ts";

/** What a write concerns: a tag or a pattern, and in words. */
export interface Concern {
  readonly target: string;
  readonly meaning: string | undefined;
}

export interface Drop {
  /** `DeleteUser would drop`. */
  readonly sentence: string;
  readonly concerns: readonly Concern[];
  readonly entries: readonly ConcernedEntry[];
  /** How many entries are named. */
  readonly limit: number;
}

/** What a write would drop and why, for people. */
export function dropView({ sentence, concerns, entries, limit }: Drop): View {
  const count = (target: string): number => entries.filter(({ because }) => because.includes(target)).length;
  const now = Date.now();
  const withMeaning = concerns.some(({ meaning }) => meaning !== undefined);
  const shown = entries.slice(0, limit);
  const rest = entries.length - shown.length;
  return sections([
    lines(`${sentence} ${plural(entries.length, "entry", "entries")}.\n`),
    table(
      withMeaning ? ["Entries", "What each of them does", "Tag"] : ["Entries", "Pattern"],
      concerns.map(({ target, meaning }) => [
        String(count(target)),
        ...(withMeaning ? [meaning, target] : [target]),
      ]),
    ),
    table(
      ["Key", "Caller", "Age", "Because of"],
      shown.map(({ key, caller, createdAt, because }) => [
        key,
        caller,
        formatDuration(now - createdAt),
        because.join(" "),
      ]),
    ),
    lines(rest > 0 ? `and ${rest} more, see --limit\n` : ""),
  ]);
}

/** The same for programs: all of it. */
export function dropData({ concerns, entries }: Pick<Drop, "concerns" | "entries">): object {
  return {
    targets: concerns.map(({ target, meaning }) => ({ target, meaning: meaning ?? null })),
    entries: entries.map((entry) => ({ ...describeEntry(entry), because: entry.because })),
  };
}
