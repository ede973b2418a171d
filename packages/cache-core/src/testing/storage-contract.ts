import { contractChecks } from "./contract/contract-checks.ts";
import type { StorageContractOptions } from "./contract/contract-options.ts";
import { vitest } from "./contract/vitest.ts";

/**
 * Registers the conformance suite with vitest: whether a storage keeps the contract that `CacheStorage` describes, a test
 * for each statement. To be called in a test file of vitest, with `fast-check` installed beside it. What the
 * capabilities exclude is not there at all; nothing is skipped. No test sleeps: time is that of a clock that the suite
 * moves. Each has a store of its own, so that they may run in any order.
 * @throws Error outside of vitest; see `contractChecks` for other test runners
 * @example
 * storageContract({
 *   name: "mine",
 *   capabilities: { payload: "bytes", reach: "machine", persistent: true, bounded: true },
 *   open: ({ store, maxSizeMb, ...context }) => openMine({ folder: join(temporary, store), maxSizeMb }, context),
 * });
 */
export function storageContract(options: StorageContractOptions): void {
  if (vitest === undefined)
    throw new Error("storageContract must be called in a test file of vitest; others run contractChecks");
  const { describe, test } = vitest;
  const topics = Map.groupBy(contractChecks(options), ({ topic }) => topic);
  describe(`${options.name}: the storage contract`, () => {
    for (const [topic, checks] of topics)
      describe(topic, () => {
        for (const { name, run } of checks) test(name, run);
      });
  });
}
