import { parseCacheKey } from "@awsideman/cache-core";
import { rowsOf, services } from "../catalog/catalog.ts";
import type { AnyKeyFront, AnyRow, Fields } from "../catalog/row.ts";
import type { Service } from "../catalog/sdk-commands.ts";
import { createCommandKey } from "../command-key.ts";
import { parseCanonicalInput } from "./parse-canonical-input.ts";

/** Which call an entry is the answer to, as far as its key says. */
export interface CommandOfKey {
  readonly service: Service;
  /** Without `Command`: `ListUsers`. */
  readonly command: string;
  /** What it was given. */
  readonly input: Fields;
  /** False: the input was too long for the key, which has only its hash; `input` has what stands in front of that. */
  readonly isComplete: boolean;
  /** It is a later page of a list. */
  readonly isLaterPage: boolean;
}

/**
 * Returns which call the entry of a key is the answer to.
 * @returns undefined for a key that no command has
 * @throws TypeError or RangeError for what is no key
 */
export function commandOfKey(key: string): CommandOfKey | undefined {
  const { resource, operation, segments } = parseCacheKey(key);
  const found = operation === undefined ? undefined : findCommand(resource, operation);
  if (found === undefined) return undefined;
  const { service, command, front } = found;
  const rest = segments.slice(2);
  for (const candidate of inputsOf(front, rest)) {
    // The name of a list stands behind its later pages, and those alone.
    const chain = candidate.input["NextToken"] == null ? undefined : rest[candidate.segments];
    if (keyOf(front, candidate.input, chain) !== key) continue;
    return { service, command, input: candidate.input, isComplete: true, isLaterPage: chain !== undefined };
  }
  const named = Array.isArray(front.identifier) ? (front.identifier as readonly string[]) : [];
  const entries = named.flatMap((field, index) => (rest[index] === undefined ? [] : [[field, rest[index]]]));
  if (!rest.some((segment) => hash.test(segment))) return undefined;
  const isLaterPage = listName.test(rest.at(-1) ?? "");
  return { service, command, input: Object.fromEntries(entries) as Fields, isComplete: false, isLaterPage };
}

/** SHA-256 in base64url. */
const hash = /^[\w-]{43}$/;
/** As `crypto.randomUUID` makes them. */
const listName = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

interface Candidate {
  readonly input: Fields;
  /** How many segments it takes. */
  readonly segments: number;
}

/** What the input may have been. The key that is made of it says whether it was. */
function* inputsOf({ identifier }: AnyKeyFront, rest: readonly string[]): Generator<Candidate> {
  if (identifier === undefined) {
    // `all`, and all of the input behind it.
    yield { input: {}, segments: 1 };
    yield* parsed(rest, 1, {});
  } else if (typeof identifier === "function") {
    // Taken from deep in the input, all of which stands behind it.
    for (let index = 1; index < rest.length; index++) yield* parsed(rest, index, {});
  } else {
    const named = Object.fromEntries(identifier.map((field, index) => [field, rest[index]]));
    yield { input: named, segments: identifier.length };
    yield* parsed(rest, identifier.length, named);
  }
}

function* parsed(rest: readonly string[], index: number, named: Fields): Generator<Candidate> {
  const input = parseCanonicalInput(rest[index] ?? "");
  if (input !== undefined) yield { input: { ...named, ...input }, segments: index + 1 };
}

function keyOf(front: AnyKeyFront, input: Fields, chain: string | undefined): string | undefined {
  try {
    return createCommandKey(front, input, chain);
  } catch {
    return undefined;
  }
}

interface FoundCommand {
  readonly service: Service;
  readonly command: string;
  readonly front: AnyKeyFront;
}

function findCommand(resource: string, operation: string): FoundCommand | undefined {
  for (const service of services) {
    for (const [command, row] of rowsOf(service)) {
      const front = frontOf(row);
      if (front?.resource === resource && front.operation === operation) return { service, command, front };
    }
  }
  return undefined;
}

function frontOf(row: AnyRow): AnyKeyFront | undefined {
  if (row.kind === "read") return row.key;
  return row.kind === "poll" ? row.single?.key : undefined;
}
