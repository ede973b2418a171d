import type { Examination, LedgerStep, Unsettled } from "@awsideman/cache-core";
import { decodeMetadata } from "./entry-form.ts";
import type { LedgerClient } from "./ledger-client.ts";
import type { RedisKeys } from "./redis-keys.ts";

/** See `CacheStorage.examine`. */
export async function examineEntry(
  ledger: LedgerClient,
  { ledger: name, feed, entries }: RedisKeys,
  id: string,
  tags: readonly string[],
): Promise<Examination> {
  const names = JSON.stringify(tags.map((tag) => tag.toWellFormed()));
  const { at, rest } = await ledger.run("examine", [name, entries + id, feed], [names]);
  const [form, floor, lastInvalidation, ...others] = rest as [Buffer | null, number, number, ...unknown[]];
  const [atFloor, atLast, unsettled] = others as [Item, Item, Buffer];
  const steps = [stepOf(floor, atFloor)];
  if (lastInvalidation !== floor) steps.push(stepOf(lastInvalidation, atLast));
  return {
    at,
    entry: form === null ? undefined : decodeMetadata(id, form),
    floor,
    lastInvalidation,
    steps: steps.filter((step) => step !== undefined),
    unsettled: unsettledOf(unsettled),
  };
}

/** An item of the feed: names and values in turn. */
type Item = readonly Buffer[] | null;

/** Undefined for what was forgotten, or recorded by a version that did not note the time. */
function stepOf(position: number, item: Item): LedgerStep | undefined {
  const fields = new Map<string, string>();
  for (let index = 0; index + 1 < (item?.length ?? 0); index += 2)
    fields.set(String(item?.[index]), String(item?.[index + 1]));
  const time = fields.get("at");
  if (time === undefined) return undefined;
  const everything = fields.get("everything") === "1";
  return { position, time: Number(time), cause: fields.get("cause"), everything };
}

/** Lua writes an empty list as an object, and leaves out what is nil. */
function unsettledOf(json: Buffer): readonly Unsettled[] {
  const read = JSON.parse(json.toString()) as readonly Unsettled[] | Readonly<Record<never, never>>;
  const list = Array.isArray(read) ? (read as readonly Unsettled[]) : [];
  return list.map((one) => (one.kind === "recovering" ? one : { ...one, cause: one.cause }));
}
