import type { Cache } from "@awsideman/cache-core";
import { findRow } from "../catalog/catalog.ts";
import type { Fields } from "../catalog/row.ts";
import { tell } from "../events.ts";
import type { ExecutionContext } from "../execution-context.ts";
import { commandOfKey, type CommandOfKey } from "../explain/command-of-key.ts";
import { mistake } from "../options.ts";
import { AuditTally, type AuditReport, type StaleTime } from "./audit-report.ts";
import { checkAnswer, type Verified } from "./check-answer.ts";

export interface AuditEntriesOptions {
  /** The share of the entries that AWS is asked for, from 0 to 1; of any at all, one at least. Default 1. */
  readonly share?: number;
  /** How many AWS is asked for at most. Default: no limit. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Told how far it is. What it throws is ignored. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** Told of each entry that was not what AWS says. What it throws is ignored. */
  readonly onDifference?: (difference: EntryDifference) => void;
  /** From 0 to 1. Default: Math.random. */
  readonly random?: () => number;
}

/** An entry that was not what AWS says. */
export interface EntryDifference {
  readonly key: string;
  readonly command: string;
  /** The names of the fields that differ. */
  readonly fields: readonly string[];
  readonly stale: StaleTime;
}

/** Asks AWS, in the background of the quota. */
export type AskInBackground = (command: string, input: Fields, signal: AbortSignal) => Promise<Fields>;

/**
 * Asks AWS for a random share of the entries that a caller has of a service, one after the other, and compares. Lists are
 * compared by their first page; what does not say in its key what was asked is left out.
 */
export async function auditEntries(
  context: ExecutionContext,
  ask: AskInBackground,
  options: AuditEntriesOptions,
): Promise<AuditReport> {
  const { share = 1, limit = Infinity, random = Math.random, onProgress, onDifference } = options;
  if (typeof share !== "number") throw mistake("share", "a number", share);
  if (!(share >= 0 && share <= 1)) throw new RangeError(`\`share\` must be from 0 to 1, received ${share}`);
  if (!(limit >= 0)) throw new RangeError(`\`limit\` must be 0 or more, received ${limit}`);
  const tally = new AuditTally();
  const cache = context.own ?? (await context.resolveOwn());
  if (cache === undefined) return tally.report();
  const entries = await entriesOf(cache, context);
  for (const { key } of entries) tally.count(key, "seen");
  const chosen = choose(entries, Math.min(Math.ceil(share * entries.length), limit), random);
  const verified = new Map<string, Verified>();
  const signal = options.signal ?? new AbortController().signal;
  for (const [index, { key, call }] of chosen.entries()) {
    if (signal.aborted) break;
    const { command, input } = call;
    const answer = { context, cache, key, command, ask: () => ask(command, input, signal) };
    const outcome = await checkAnswer(answer, verified, signal);
    if (signal.aborted) break;
    tally.note(key, outcome);
    if (outcome.kind === "different") {
      const { fields, stale } = outcome;
      tell(onDifference, { key, command, fields, stale });
    }
    tell(onProgress, { done: index + 1, total: chosen.length });
  }
  return tally.report();
}

interface Entry {
  readonly key: string;
  readonly call: CommandOfKey;
}

async function entriesOf(cache: Cache, { service }: ExecutionContext): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const { key, caller } of cache.entries()) {
    if (caller !== cache.scope.caller) continue;
    const call = commandOfKey(key);
    if (call?.service !== service || !call.isComplete || call.isLaterPage) continue;
    if (findRow(service, call.command)?.kind === "read") entries.push({ key, call });
  }
  return entries;
}

/** So many of them, each with the same chance. */
function choose<Item>(items: Item[], count: number, random: () => number): readonly Item[] {
  for (let index = 0; index < count; index++) {
    const other = index + Math.floor(random() * (items.length - index));
    [items[index], items[other]] = [items[other] as Item, items[index] as Item];
  }
  return items.slice(0, count);
}
