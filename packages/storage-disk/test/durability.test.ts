import { DatabaseSync } from "node:sqlite";
import { describe, expect, test, vi } from "vitest";
import { Harness, invalidation } from "./support/harness.ts";

/** What `pragma synchronous` is at each commit, and after the call. 2 is full, 1 normal. */
async function synchronousDuring(harness: Harness, action: () => unknown): Promise<{ commits: unknown[] }> {
  const commits: unknown[] = [];
  const read = (database: DatabaseSync): unknown =>
    database.prepare("pragma synchronous").get()?.["synchronous"];
  const exec = Reflect.get(DatabaseSync.prototype, "exec") as (this: DatabaseSync, sql: string) => void;
  const spy = vi.spyOn(DatabaseSync.prototype, "exec").mockImplementation(function (
    this: DatabaseSync,
    sql: string,
  ) {
    if (sql === "commit") commits.push(read(this));
    exec.call(this, sql);
    if (sql === "pragma synchronous = normal") commits.push(read(this));
  });
  try {
    await action();
  } finally {
    spy.mockRestore();
  }
  return { commits };
}

describe("what is on the disk when a call returns", () => {
  test("an invalidation, the first one of a process included", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    for (let time = 0; time < 3; time++) {
      const { commits } = await synchronousDuring(harness, () =>
        storage.invalidate(invalidation({ tags: ["a"] })),
      );
      expect(commits).toEqual([2, 1]);
    }
    const { commits } = await synchronousDuring(harness, () =>
      storage.clear(invalidation({ everything: true })),
    );
    expect(commits.slice(0, 2)).toEqual([2, 1]);
  });

  test("a value from outside", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const stamp = await storage.stamp();
    const { commits } = await synchronousDuring(harness, () =>
      storage.write(harness.entry("a", stamp), "=a"),
    );
    expect(commits).toEqual([2, 1]);
  });

  test("not a fill: it is stored with the connection's own setting", async () => {
    const harness = new Harness();
    const storage = await harness.open();
    const { commits } = await synchronousDuring(harness, () => harness.fill(storage, "a"));
    expect(commits).toEqual([]);
  });
});
