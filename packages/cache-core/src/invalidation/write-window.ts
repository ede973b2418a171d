import type { WriteWindow } from "../cache.ts";
import { assertTag } from "../key/cache-key.ts";
import type { Target } from "../key/target.ts";
import { parseTargets } from "../key/target.ts";
import { assertUnsettledTime } from "../load/load-options.ts";
import type { Invalidation } from "../storage/cache-storage.ts";

export interface WriteWindowParts {
  readonly operation: string;
  readonly target: Target;
  readonly lease: number;
  /** The namespace's prefix of tags. */
  readonly prefix: string;
  readonly invalidate: (invalidation: Invalidation) => Promise<void>;
}

/** Opens a write window: resolves when the mark is recorded, so that the write may be sent. */
export async function openWriteWindow(parts: WriteWindowParts): Promise<WriteWindow> {
  const { operation, target, lease, prefix, invalidate } = parts;
  const open = (): Promise<void> => invalidate({ ...target, open: { operation, lease } });
  const withMore = (more: readonly string[]): Target => {
    const { tags, patterns } = parseTargets(more, prefix);
    return {
      tags: [...new Set([...target.tags, ...tags])],
      patterns: [...new Set([...target.patterns, ...patterns])],
    };
  };
  await open();
  return {
    renew: open,
    async close(settle, targets = []) {
      assertUnsettledTime(settle, "settle");
      await invalidate({ ...withMore(targets), close: operation, settle });
    },
    async handOver(name, longer, targets = []) {
      assertTag(name);
      assertUnsettledTime(longer, "lease");
      // Opened under the new name before the old mark ends, in one step.
      await invalidate({
        ...withMore(targets),
        close: operation,
        open: { operation: prefix + name, lease: longer },
      });
    },
  };
}
