import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { turn } from "./contract-run.ts";

const id = "user:describe:u-1";

/** Opening, closing, and what outlives that. */
export const lifecycle: Topic = {
  name: "lifecycle",
  checks: [
    {
      name: "closing it twice does no harm",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.storage.close();
        await handle.storage.close();
      },
    },
    {
      name: "a storage that is closed leaves no timer behind",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.read(id);
        await handle.invalidate({
          tags: ["user"],
          open: { operation: "write", lease: 1_000 },
          settle: 1_000,
        });
        await handle.clear({ everything: true });
        await run.close(handle);
        await turn();
        assert.equal(run.clock.waiting, 0);
      },
    },
    {
      name: "entries outlive it",
      needs: ["persistent"],
      check: async (run) => {
        const before = await run.open();
        const stamp = await before.stamp();
        await before.fill(id, { value: { at: new Date(5), none: undefined }, ttl: Infinity, stamp });
        await run.close(before);
        const after = await run.open();
        const reading = await after.read(id);
        assert.equal(reading.state, "hit");
        assert.deepEqual(after.valueOf(reading), { at: new Date(5), none: undefined });
        assert.deepEqual(reading.state === "hit" && reading.entry.stamp, stamp);
      },
    },
    {
      name: "invalidations outlive it: what was made stale stays stale, and a fill from before is kept out",
      needs: ["persistent"],
      check: async (run) => {
        const before = await run.open();
        const stamp = await before.stamp();
        await before.fill(id);
        await before.invalidate({ tags: ["user"], patterns: ["group:*:g-1"] });
        await run.close(before);
        const after = await run.open();
        assert.equal(await after.state(id), "miss");
        assert.equal((await after.fill(id, { stamp })).outcome, "fenced");
        assert.equal((await after.fill("group:members:g-1", { stamp })).outcome, "fenced");
        const changes = await after.since(stamp);
        assert.ok(changes.state === "gap" || changes.tags.includes("user"));
        assert.equal((await after.fill(id)).outcome, "stored");
      },
    },
    {
      name: "marks outlive it, and can be closed by the next",
      needs: ["persistent"],
      check: async (run) => {
        const before = await run.open();
        await before.invalidate({ tags: ["user"], open: { operation: "write", lease: 3_600_000 } });
        await run.close(before);
        const after = await run.open();
        assert.equal((await after.fill(id)).outcome, "fenced");
        await after.invalidate({ close: "write" });
        assert.equal((await after.fill(id)).outcome, "stored");
      },
    },
    {
      name: "counters outlive it",
      needs: ["persistent", "counters"],
      check: async (run) => {
        const before = await run.open();
        await before.storage.addCounters?.({ hits: 3 });
        await run.close(before);
        const after = await run.open();
        await after.storage.addCounters?.({ hits: 2 });
        assert.deepEqual({ ...(await after.storage.counters?.()) }, { hits: 5 });
      },
    },
    {
      name: "closing one does not disturb another on the same store",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fill(id);
        await run.close(one);
        assert.equal(await other.state(id), "hit");
        await other.invalidate({ tags: ["user"] });
        assert.equal(await other.state(id), "miss");
        assert.equal((await other.fill(id)).outcome, "stored");
      },
    },
    {
      name: "what is under way when it is closed comes to an end",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        const underWay = [handle.read(id), handle.fill(id), handle.usage(), handle.list()];
        await run.close(handle);
        // Well or badly, but at last.
        const ends = await Promise.allSettled(underWay);
        assert.equal(ends.length, underWay.length);
      },
    },
  ],
};
