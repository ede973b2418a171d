import { open } from "node:fs/promises";
import type { EntryDescription } from "@awsideman/cache-core";
import { usePattern } from "../../cache-entries/use-pattern.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { printableLines } from "../../output/text.ts";
import { lines } from "../../output/view.ts";

export interface ExportCacheInput {
  readonly file: string;
  readonly pattern: string | undefined;
  readonly values: boolean;
}

/**
 * Writes what the cache could serve now, a line of JSON for each entry. Into a file that is made for it, and that nobody
 * else can read: what is in it are names and addresses, and who has access to what.
 */
export async function exportCache(
  context: CommandContext,
  { file, pattern, values }: ExportCacheInput,
): Promise<void> {
  const { manager } = await context.cache();
  const shown = context.output.terminal === undefined ? asItIs : printableLines;
  const entries =
    pattern === undefined ? manager.allEntries() : await usePattern(() => manager.entries(pattern));
  const write = file === "-" ? undefined : await createFile(file);
  let count = 0;
  try {
    for await (const entry of entries) {
      const line = `${JSON.stringify(await describe(entry))}\n`;
      if (write === undefined) context.output.print(shown(line));
      else await write.appendFile(line);
      count += 1;
    }
  } finally {
    await write?.close();
  }
  if (file === "-") return;
  context.show({ file, entries: count }, () =>
    lines(`Exported ${plural(count, "entry", "entries")} to ${file}.\n`),
  );

  async function describe(entry: EntryDescription): Promise<object> {
    const { key, namespace, caller, tags, createdAt, expiresAt, size } = entry;
    const described = {
      key,
      namespace,
      caller,
      tags,
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: expiresAt === Infinity ? null : new Date(expiresAt).toISOString(),
      sizeBytes: size,
    };
    if (!values) return described;
    // What has gone since it was listed has no value any more.
    return { ...described, value: (await manager.withScope({ namespace, caller }).get(key)) ?? null };
  }
}

const asItIs = (text: string): string => text;

async function createFile(file: string): ReturnType<typeof open> {
  try {
    return await open(file, "wx", 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw usageError(`${file} is there already`, "name another one", error);
    throw new CliError(`${file} cannot be written (${code})`, { cause: error });
  }
}
