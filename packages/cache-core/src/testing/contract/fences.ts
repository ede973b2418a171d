import assert from "node:assert/strict";
import type { Invalidation } from "../../storage/cache-storage.ts";
import type { Check, Topic } from "./check.ts";
import type { StorageHandle } from "./storage-handle.ts";

const id = "user:describe:u-1";

/** All the ways in which something can have happened to a key. */
const ways: Readonly<Record<string, (handle: StorageHandle) => Promise<unknown>>> = {
  "an invalidation of its tag": async (handle) => handle.invalidate({ tags: [id] }),
  "an invalidation of its prefix": async (handle) => handle.invalidate({ tags: ["user"] }),
  "an invalidation of its namespace": async (handle) => handle.invalidate({ tags: ["*"] }),
  "an invalidation by a pattern": async (handle) => handle.invalidate({ patterns: ["user:*:u-1"] }),
  "an invalidation of everything": async (handle) => handle.invalidate({ everything: true }),
  "its deletion": async (handle) => handle.invalidate({ tags: [`=${id}`] }),
  "a value from outside": async (handle) => handle.fill(id, { value: "set", supersedes: `=${id}` }),
  "a clear of its prefix": async (handle) => handle.clear({ tags: ["user"] }),
  "a clear by a pattern": async (handle) => handle.clear({ patterns: ["user:*:u-1"] }),
  "a clear of everything": async (handle) => handle.clear({ everything: true }),
  "an operation that was opened and closed": async (handle) => {
    await handle.invalidate({ tags: ["user"], open: { operation: "write", lease: 1_000 } });
    await handle.invalidate({ close: "write" });
  },
};

/** What began before an invalidation is not stored after it. */
export const fences: Topic = {
  name: "fences",
  checks: [
    ...Object.entries(ways).map(([way, act]): Check => ({
      name: `${way} keeps out a load that began before, and lets in one that began after`,
      check: async (run) => {
        const handle = await run.open();
        const before = await handle.stamp();
        await act(handle);
        const verdict = await handle.fill(id, { stamp: before, value: "old" });
        assert.equal(verdict.outcome, "fenced");
        assert.notEqual(await handle.value(id), "old");
        assert.equal((await handle.fill(id, { value: "new" })).outcome, "stored");
        assert.equal(await handle.value(id), "new");
      },
    })),
    {
      name: "a load that began before an invalidation of something else is stored",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        for (const other of [
          { tags: ["group"] },
          { patterns: ["group:*:u-1"] },
          { tags: ["other|*"] },
        ] satisfies Partial<Invalidation>[])
          await handle.invalidate(other);
        assert.equal((await handle.fill(id, { stamp })).outcome, "stored");
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "a fence changes nothing: what was there and is good stays",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: "good", tags: ["a"] });
        const stamp = await handle.stamp();
        await handle.invalidate({ tags: ["b"] });
        assert.equal((await handle.fill(id, { stamp, tags: ["a", "b"] })).outcome, "fenced");
        assert.equal(await handle.value(id), "good");
      },
    },
    {
      name: "a fence tells the latest invalidation that concerns the entry, and no other",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.invalidate({ tags: ["a"] });
        const second = await handle.invalidate({ tags: ["b"] });
        const last = await handle.invalidate({ tags: ["c"] });
        const verdict = await handle.fill(id, { stamp, tags: ["a", "b"] });
        assert.ok(verdict.outcome === "fenced");
        const { reason, lastInvalidation, unsettled, at } = verdict;
        assert.deepEqual(
          { reason, lastInvalidation, unsettled, at: at.position },
          { reason: "invalidated", lastInvalidation: second.position, unsettled: false, at: last.position },
        );
      },
    },
    {
      name: "after everything a fence says the floor, for a position that no reader can have reached",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.invalidate({ everything: true });
        const verdict = await handle.fill(id, { stamp });
        assert.ok(verdict.outcome === "fenced");
        assert.deepEqual([verdict.reason, verdict.lastInvalidation], ["floor", Infinity]);
      },
    },
    {
      name: "the invalidation that came between is found among many, whichever it was",
      check: async (run) => {
        const handle = await run.open();
        const names = Array.from({ length: 60 }, (_, index) => `user:u-${index}`);
        for (const [index, tag] of names.entries()) {
          const stamp = await handle.stamp();
          const target = names[Math.floor(run.random() * names.length)] as string;
          await handle.invalidate({ tags: [target] });
          const { outcome } = await handle.fill(`e${index}`, { stamp, tags: [tag, "other"] });
          assert.equal(outcome, target === tag ? "fenced" : "stored");
        }
      },
    },
    {
      name: "what one invalidates keeps out the load of another",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        for (const [way, act] of Object.entries(ways)) {
          const stamp = await one.stamp();
          await act(other);
          assert.equal((await one.fill(id, { stamp, value: "old" })).outcome, "fenced", way);
          assert.notEqual(await other.value(id), "old", way);
        }
      },
    },
  ],
};
