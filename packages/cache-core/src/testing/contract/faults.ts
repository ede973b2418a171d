import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { turn } from "./contract-run.ts";

const id = "user:describe:u-1";

/** What is done twice because nobody knows whether it was done, and stores that fail. */
export const faults: Topic = {
  name: "faults",
  checks: [
    {
      name: "an invalidation that is recorded again, because its answer was lost, does no harm",
      check: async (run) => {
        const handle = await run.open();
        const invalidation = {
          tags: [id],
          patterns: ["user:*:u-2"],
          open: { operation: "write", lease: 60_000 },
        };
        const stamp = await handle.stamp();
        for (let time = 0; time < 3; time++) await handle.invalidate(invalidation);
        assert.equal((await handle.fill(id, { stamp })).outcome, "fenced");
        for (let time = 0; time < 3; time++) await handle.invalidate({ tags: [id], close: "write" });
        assert.equal((await handle.fill(id)).outcome, "stored");
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "a fill that is sent again stores the same entry",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        for (let time = 0; time < 2; time++)
          assert.equal((await handle.fill(id, { stamp })).outcome, "stored");
        assert.equal((await handle.usage()).entries, 1);
        assert.equal(await handle.value(id), `value of ${id}`);
      },
    },
    {
      name: "a value from outside that is sent again is kept out by itself, and stays",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.fill(id, { stamp, value: "set", supersedes: `=${id}` });
        const again = await handle.fill(id, { stamp, value: "set", supersedes: `=${id}` });
        assert.equal(again.outcome, "fenced");
        assert.equal(await handle.value(id), "set");
      },
    },
    {
      name: "what a store that fails answers is no lie, and nobody waits forever",
      needs: ["breakable"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.invalidate({ tags: ["user"] });
        const mend = await run.breakStore();
        const answers = Promise.allSettled([
          handle.state(id),
          handle.fill("user:list:all"),
          handle.usage(),
          handle.list(),
        ]);
        // Retries and deadlines are on the clock.
        await run.advance(60_000);
        const [state] = await answers;
        assert.ok(state.status === "rejected" || state.value === "miss");
        await mend();
      },
    },
    {
      name: "an invalidation fails or takes effect; tried again when the store is back, nothing older is served",
      needs: ["breakable"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { ttl: Infinity, value: "old" });
        const stamp = await handle.stamp();
        const mend = await run.breakStore();
        const first = Promise.allSettled([handle.invalidate({ tags: [id] })]);
        await run.advance(60_000);
        const [{ status }] = await first;
        if (status === "fulfilled")
          assert.notEqual(await handle.state(id).catch(() => "miss"), "hit", "it has returned");
        await mend();
        if (status === "rejected") await handle.invalidate({ tags: [id] });
        await turn();
        assert.equal(await handle.state(id), "miss");
        assert.equal((await handle.fill(id, { stamp, value: "old" })).outcome, "fenced");
      },
    },
    {
      name: "when the store is back, it is used as before",
      needs: ["breakable", "time"],
      check: async (run) => {
        const handle = await run.open();
        const mend = await run.breakStore();
        const failing = Promise.allSettled([handle.invalidate({ tags: [id] }), handle.fill(id)]);
        await run.advance(60_000);
        await failing;
        await mend();
        await handle.invalidate({ tags: [id] });
        // A new ledger stores nothing until nothing from before can be unsettled.
        await run.advance(24 * 60 * 60_000);
        assert.equal((await handle.fill(id, { value: "new" })).outcome, "stored");
        assert.equal(await handle.value(id), "new");
      },
    },
  ],
};
