import { createCacheKey } from "@awsideman/cache-core";
import { canonicalInput } from "./canonical-input.ts";
import type { AnyKeyFront, Fields } from "./catalog/row.ts";
import { sha256 } from "./sha256.ts";

/** From this length on the rest of a key is replaced by its hash. */
const longestRest = 200;

/**
 * Returns the key of a command's answer: `resource:operation:identifier:rest`, for example
 * `user:describe:<UserId>:IdentityStoreId="d-1"`. The rest is all of the input that the identifier does not hold, so that
 * no field can be forgotten, not even one that this package has never heard of.
 * @param chain the list that a page belongs to, see `readPage`
 * @throws TypeError when the identifier is not there, or the input is no data: such an answer has no key
 * @throws RangeError when the key would be longer than 1,024 bytes
 */
export function createCommandKey(front: AnyKeyFront, input: Fields, chain?: string): string {
  const { resource, operation, identifier } = front;
  const segments = [operation];
  let named: readonly string[] = [];
  if (identifier === undefined) {
    segments.push("all");
  } else if (typeof identifier === "function") {
    for (const text of identifier(input)) segments.push(identifying(text));
  } else {
    named = identifier;
    for (const field of named) segments.push(identifying(input[field]));
  }
  const rest = canonicalInput(input, named);
  if (rest !== "") segments.push(rest.length > longestRest ? sha256(rest) : rest);
  if (chain !== undefined) segments.push(chain);
  return createCacheKey(resource, ...segments);
}

/** Half a surrogate pair would become another character where keys are stored as UTF-8. */
function identifying(text: unknown): string {
  if (typeof text === "string" && text !== "" && text.isWellFormed()) return text;
  throw new TypeError("A key needs the identifier of what was asked for");
}
