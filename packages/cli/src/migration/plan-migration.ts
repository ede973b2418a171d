import {
  isFresh,
  legacyCacheKey,
  type LegacyCaller,
  type LegacyEntry,
  type LegacyFile,
} from "@awsideman/cache-core/legacy";
import {
  firstPages,
  idsIn,
  predecessorOperations,
  type PredecessorOperation,
} from "./predecessor-operations.ts";

/** A file of one of the predecessor's caches. */
export interface FoundFile {
  readonly path: string;
  readonly content: LegacyFile;
}

/** An answer that can be taken over. */
export interface Import {
  readonly command: PredecessorOperation["command"];
  readonly input: Readonly<Record<string, string>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly caller: LegacyCaller;
  /** Milliseconds since 1970: as old as the answer may be. */
  readonly createdAt: number;
  /** Milliseconds to live, from then. */
  readonly ttl: number;
}

/** What is to become of a file, and why. */
export type Decision =
  | { readonly file: FoundFile; readonly import: Import }
  | { readonly file: FoundFile; readonly skip: string };

/** Somebody whom the predecessor may have asked for. */
export interface ConfiguredCaller extends LegacyCaller {
  /** Why nothing of this one's is taken over now; undefined: it is. */
  readonly refusal?: string | undefined;
}

export interface MigrationFacts {
  /** Whom the configuration knows: every profile in every region that is named. */
  readonly callers: readonly ConfiguredCaller[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds since 1970: before that, a profile may have been somebody else. */
  readonly configuredSince: number;
}

/**
 * Decides for each file whether its answer can be taken over. Its key is a hash of what was asked, so what was asked is
 * guessed: every caller that is configured, with every ID that occurs.
 */
export function planMigration(files: readonly FoundFile[], facts: MigrationFacts): readonly Decision[] {
  const ids = new Set(
    files.flatMap(({ content }) => (content.format === "plain" ? idsIn(content.data) : [])),
  );
  const guesses = new Map<string, Guess>();
  for (const [operation, known] of Object.entries(predecessorOperations))
    for (const caller of facts.callers)
      for (const id of ids)
        guesses.set(legacyCacheKey(operation, known.parameters(id), caller), { known, caller, id });
  return files.map((file) => {
    const decision = decide(file.content, guesses, facts);
    return typeof decision === "string" ? { file, skip: decision } : { file, import: decision };
  });
}

interface Guess {
  readonly known: PredecessorOperation;
  readonly caller: ConfiguredCaller;
  readonly id: string;
}

function decide(
  content: LegacyFile,
  guesses: ReadonlyMap<string, Guess>,
  facts: MigrationFacts,
): Import | string {
  switch (content.format) {
    case "damaged":
      return `the file ${content.problem}`;
    case "pickle":
      return "a Python pickle, which is not decoded: that would run what it says";
    case "encrypted":
      return "encrypted by the predecessor";
    case "plain":
      return decideEntry(content, guesses.get(content.key), facts);
  }
}

function decideEntry(entry: LegacyEntry, guess: Guess | undefined, facts: MigrationFacts): Import | string {
  const { operation, data, createdAt, ttl } = entry;
  if (createdAt > facts.now) return "stored in the future";
  if (!isFresh(entry, facts.now)) return "expired";
  if (firstPages.has(operation)) return "a list, of which only the first page may have been kept";
  const known = Object.hasOwn(predecessorOperations, operation)
    ? predecessorOperations[operation]
    : undefined;
  if (known === undefined) return `nothing reads ${JSON.stringify(operation)} any more`;
  if (guess?.known !== known)
    return "asked by a profile or in a region that is not configured, or of what is not known";
  if (guess.caller.refusal !== undefined) return guess.caller.refusal;
  if (createdAt < facts.configuredSince) return "the AWS profiles have been changed since";
  const output = known.output(data);
  if (output === undefined) return "not an answer of AWS";
  return {
    command: known.command,
    input: known.input(guess.id),
    output,
    caller: guess.caller,
    createdAt,
    ttl,
  };
}
