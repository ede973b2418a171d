import { commandOfKey } from "@awsideman/aws-client";
import type { EntryDescription } from "@awsideman/cache-core";
import type { CommandCache } from "../open-cache.ts";
import { usageError } from "../errors/cli-error.ts";

/** How many keys are named where one has to be chosen. */
const mostNamed = 3;

/**
 * Returns the key that was meant: the text itself, or the one key that begins with it.
 * @throws CliError when it is no key, or the beginning of several
 */
export async function findKey({ manager }: Pick<CommandCache, "manager">, text: string): Promise<string> {
  const found = new Set<string>();
  try {
    for await (const { key } of manager.entries(text.includes(":") ? firstSegments(text) : text)) {
      if (key === text) return key;
      if (key.startsWith(text)) found.add(key);
    }
  } catch (error) {
    throw noKey(text, error);
  }
  // The later pages of a list go with its first.
  const [only, ...others] = found.size <= 1 ? found : [...found].filter((key) => !isLaterPage(key));
  if (only === undefined || others.length === 0) return only ?? text;
  const named = [only, ...others].toSorted().slice(0, mostNamed);
  const more = others.length + 1 - named.length;
  throw usageError(
    `${others.length + 1} keys begin with ${JSON.stringify(text)}`,
    `name one of them: ${named.join(", ")}${more > 0 ? `, and ${more} more` : ""}`,
  );
}

function isLaterPage(key: string): boolean {
  return commandOfKey(key)?.isLaterPage === true;
}

/** What is certain to be whole: the beginning of a key may end within a segment. */
function firstSegments(text: string): string {
  return text.slice(0, text.lastIndexOf(":"));
}

export function noKey(text: string, cause: unknown): unknown {
  if (!(cause instanceof TypeError || cause instanceof RangeError)) return cause;
  return usageError(
    `${JSON.stringify(text)} is no key`,
    'keys are such as user:list:all, see "awsideman cache list"',
    cause,
  );
}

/** What can be told of an entry, for programs. */
export function describeEntry(entry: EntryDescription): object {
  const { key, namespace, caller, createdAt, expiresAt, size } = entry;
  return {
    key,
    namespace,
    caller,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: expiresAt === Infinity ? null : new Date(expiresAt).toISOString(),
    sizeBytes: size,
  };
}
