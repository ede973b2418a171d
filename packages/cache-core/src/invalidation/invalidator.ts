import type { OperationContext, WriteWindow } from "../cache.ts";
import type { CacheParts } from "../cache-parts.ts";
import { assertTag, describe } from "../key/cache-key.ts";
import { parseTargets, type Target } from "../key/target.ts";
import { assertUnsettledTime } from "../load/load-options.ts";
import type { Invalidation } from "../storage/cache-storage.ts";
import type { Cause } from "./cause.ts";
import { patternsFor } from "./invalidation-rules.ts";
import { openWriteWindow } from "./write-window.ts";

/** Invalidates in one namespace. Everything counts from the call in this process, and from its record everywhere else. */
export class Invalidator {
  readonly #parts: CacheParts;
  readonly #prefix: string;

  /** @param prefix the namespace's prefix of tags */
  constructor(parts: CacheParts, prefix: string) {
    this.#parts = parts;
    this.#prefix = prefix;
  }

  /** @throws TypeError or RangeError when it is no tag, pattern or array of them */
  target(targets: string | readonly string[]): Target {
    const texts: unknown = typeof targets === "string" ? [targets] : targets;
    if (Array.isArray(texts)) return parseTargets(texts as string[], this.#prefix);
    throw new TypeError(`\`targets\` must be a string or an array, received ${describe(texts)}`);
  }

  async invalidate(invalidation: Invalidation): Promise<void> {
    announce(this.#parts, invalidation);
    await this.#parts.slot.invalidate(invalidation);
  }

  async forOperation(
    operation: string,
    resource: string,
    id: string | undefined,
    context: OperationContext,
  ): Promise<readonly string[]> {
    const patterns = patternsFor(operation, resource, id, context);
    if (patterns === undefined) {
      const message = `There is no rule for ${describe(operation)} on ${describe(resource)}: nothing was invalidated`;
      this.#parts.events.emit({ type: "warning", message });
      return [];
    }
    await this.invalidate({ ...this.target(patterns), cause: `${operation} ${resource}` });
    return patterns;
  }

  async beginWrite(targets: readonly string[], lease: number, cause: Cause): Promise<WriteWindow> {
    assertUnsettledTime(lease, "lease");
    return openWriteWindow({
      operation: this.#operation(`write ${crypto.randomUUID()}`),
      target: this.target(targets),
      lease,
      prefix: this.#prefix,
      invalidate: (invalidation) => this.invalidate({ ...invalidation, ...cause }),
    });
  }

  async settle(operation: string, settle: number, cause: Cause): Promise<void> {
    assertTag(operation);
    assertUnsettledTime(settle, "settle");
    await this.invalidate({ tags: [], patterns: [], close: this.#operation(operation), settle, ...cause });
  }

  #operation(name: string): string {
    return this.#prefix + name;
  }
}

/** Invalidates and frees the space. Resolves with how many entries could still have been served. */
export function clearStorage(parts: CacheParts, invalidation: Invalidation): Promise<number> {
  announce(parts, invalidation);
  return parts.slot.clear(invalidation);
}

function announce(
  { calls, stats, events }: CacheParts,
  { tags, patterns, everything = false, close, cause }: Invalidation,
): void {
  // What an operation of another process was on, only the storage knows.
  const isUnknown = close !== undefined && tags.length + patterns.length === 0;
  calls.record({ tags, patterns, everything: everything || isUnknown }, 0);
  stats.count("invalidations");
  if (events.hears("invalidated")) events.emit({ type: "invalidated", target: { tags, patterns }, cause });
}
