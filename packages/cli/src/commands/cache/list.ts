import { commandOfKey } from "@awsideman/aws-client";
import type { EntryDescription } from "@awsideman/cache-core";
import { describeEntry } from "../../cache-entries/find-key.ts";
import { usePattern } from "../../cache-entries/use-pattern.ts";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { formatBytes, formatDuration, plural } from "../../output/quantity.ts";
import { table } from "../../output/view.ts";

export interface ListEntriesInput {
  readonly pattern: string | undefined;
  readonly limit: number | undefined;
  readonly all: boolean;
}

/** Shows what could be served now, by key. */
export async function listCacheEntries(
  context: CommandContext,
  { pattern, limit = Infinity, all }: ListEntriesInput,
): Promise<void> {
  if (all && pattern !== undefined) throw usageError("--all and a pattern exclude each other");
  const { manager } = await context.cache();
  const entries: EntryDescription[] = [];
  const found = all ? manager.allEntries() : await usePattern(() => manager.entries(pattern));
  for await (const entry of found) entries.push(entry);
  entries.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const shown = entries.slice(0, limit);
  const now = Date.now();
  context.show(
    shown.map((entry) => ({ ...describeEntry(entry), command: commandOf(entry) ?? null })),
    () =>
      table(
        ["Key", "Command", "Age", "Time left", "Size"],
        shown.map((entry) => [
          entry.key,
          commandOf(entry),
          formatDuration(now - entry.createdAt),
          formatDuration(entry.expiresAt - now),
          formatBytes(entry.size),
        ]),
      ),
  );
  if (shown.length < entries.length)
    context.note(`${shown.length} of ${plural(entries.length, "entry", "entries")}: without --limit, all`);
}

function commandOf({ key }: EntryDescription): string | undefined {
  return commandOfKey(key)?.command;
}
