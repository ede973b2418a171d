import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checkThreads } from "./support/run-threads.ts";
import { Harness, invalidation } from "./support/harness.ts";
import { runStress } from "./support/run-stress.ts";

const megabyte = 1024 * 1024;
/** For a machine that does much else. */
const timeout = 120_000;

describe("processes that write and read the same entries as fast as they can", () => {
  // How long they run is up to the machine; what they do is not. `pnpm bench disk-stress` does it for a minute.
  test.for([
    ["4 writers and 4 readers of large values", 4, 4, 500_000],
    ["4 processes that do everything with small ones", 4, 0, 250],
  ] as const)("%s: nothing torn, nothing stale", { timeout }, async ([, writers, readers, largest]) => {
    const { reports, history } = await runStress({
      roles: [
        ...Array.from({ length: writers }, () => ({ fills: 0.4, invalidations: 0.1 })),
        ...Array.from({ length: readers }, () => ({ fills: 0, invalidations: 0 })),
      ],
      largest,
      maxSizeMb: 8,
      lanes: 2,
      operations: 300,
      patience: timeout,
    });
    expect(reports.flatMap(({ errors, torn, troubles }) => [...errors, ...torn, ...troubles])).toEqual([]);
    expect(history.violations).toEqual([]);
    // Otherwise it shows nothing.
    expect(history.cached).toBeGreaterThan(50);
    expect(history.invalidations).toBeGreaterThan(50);
  });
});

test(
  "the main thread and 3 workers, each with a cache manager on the same disk, see nothing stale",
  { timeout },
  async () => {
    const history = await checkThreads({ workers: 3, operations: 300 });
    expect(history.violations).toEqual([]);
    expect(history.cached).toBeGreaterThan(50);
    expect(history.invalidations).toBeGreaterThan(50);
  },
);

describe("a lock that somebody else holds", () => {
  test("is waited for by no call, once the storage is open", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let index = 0; index < 20; index++)
      await harness.fill(storage, `a:${index}`, { payload: Buffer.alloc(500_000) });
    const other = harness.sqlite();
    other.exec("begin immediate; update meta set quiet = quiet");
    const statements = vi.spyOn(DatabaseSync.prototype, "exec");
    onTestFinished(() => statements.mockRestore());

    const stamp = await storage.stamp();
    const writing = storage.write(harness.entry("a:1", stamp, { payload: Buffer.alloc(megabyte) }));
    const invalidating = storage.invalidate(invalidation({ tags: ["a:2"] }));
    const clearing = storage.clear(invalidation({ tags: ["a:3"] }));
    expect(storage.read("a:1")).toMatchObject({ state: "hit" });
    await harness.clock.advance(6_000);
    other.exec("rollback");
    await harness.clock.advance(20);
    expect(await writing).toEqual({ outcome: "dropped", reason: "busy" });
    await Promise.all([invalidating, clearing]);
    const timeouts = statements.mock.calls.map(([sql]) => /busy_timeout\D*(\d+)/.exec(sql)?.[1]);
    expect(timeouts.filter((timeout) => timeout !== undefined && timeout !== "0")).toEqual([]);
  });
});
