import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { checkAgainstMap } from "./map-oracle.ts";

const id = "user:describe:u-1";
const day = 24 * 60 * 60_000;

/** Entries end to the millisecond, by the ledger's clock. */
export const expiry: Topic = {
  name: "expiry",
  checks: [
    {
      name: "the times of an entry come back as the same numbers",
      check: async (run) => {
        const handle = await run.open();
        for (const ttl of [1_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 7, 100 * 365 * day, Infinity]) {
          const stamp = await handle.stamp();
          await handle.fill(id, { stamp, ttl, staleFor: 500 });
          const reading = await handle.read(id);
          assert.ok(reading.state === "hit", `a ttl of ${ttl}`);
          const { expiresAt, staleUntil } = reading.entry;
          assert.deepEqual([expiresAt, staleUntil], [stamp.time + ttl, stamp.time + ttl + 500]);
        }
      },
    },
    {
      name: "an entry that has expired before it is stored is never a hit",
      check: async (run) => {
        const handle = await run.open();
        for (const ttl of [0, -1, -1_000, -(2 ** 40)]) {
          await handle.fill(id, { ttl });
          assert.equal(await handle.state(id), "miss", `a ttl of ${ttl}`);
          assert.deepEqual(await handle.list(), []);
        }
        await handle.fill(id, { ttl: 0, staleFor: 60_000 });
        assert.equal(await handle.state(id), "stale");
      },
    },
    {
      name: "it is a hit until its last millisecond, and then a miss",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { ttl: 1_000 });
        await run.advance(999);
        assert.equal(await handle.state(id), "hit");
        await run.advance(1);
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "from then on it is stale, until its source may fail no longer",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { ttl: 1_000, staleFor: 2_000 });
        await run.advance(1_000);
        const reading = await handle.read(id);
        assert.equal(reading.state, "stale");
        assert.equal(handle.valueOf(reading), `value of ${id}`);
        await run.advance(1_999);
        assert.equal(await handle.state(id), "stale");
        await run.advance(1);
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "whoever moves the time on finds what has expired gone",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("short", { ttl: 60_000 });
        await handle.fill("stale", { ttl: 60_000, staleFor: 10 * 60_000 });
        await handle.fill("long", { ttl: 10 * 60_000 });
        await run.advance(5 * 60_000);
        assert.deepEqual(await handle.states("short", "stale", "long"), ["miss", "stale", "hit"]);
        assert.deepEqual(await handle.ids(), ["long"]);
      },
    },
    {
      name: "a stale entry goes by the rule like any other",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { ttl: 1_000, staleFor: 3_600_000 });
        await run.advance(60_000);
        assert.equal(await handle.state(id), "stale");
        await handle.invalidate({ tags: ["user"] });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "more than 2^31 milliseconds are not too long, and forever is forever",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("long", { ttl: 2 ** 31 + day });
        await handle.fill("forever", { ttl: Infinity });
        await run.advance(2 ** 31);
        assert.deepEqual(await handle.states("long", "forever"), ["hit", "hit"]);
        await run.advance(2 * day);
        assert.deepEqual(await handle.states("long", "forever"), ["miss", "hit"]);
        await run.advance(100 * 365 * day);
        assert.equal(await handle.state("forever"), "hit");
      },
    },
    {
      name: "the next fill has a time of its own, longer or shorter",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["a", "b"], { ttl: 600_000 });
        await handle.fill("a", { ttl: 10_000 });
        await handle.fill("b", { ttl: Infinity });
        await run.advance(60_000);
        assert.deepEqual(await handle.states("a", "b"), ["miss", "hit"]);
      },
    },
    {
      name: "within one millisecond it is the order that counts",
      check: async (run) => {
        const handle = await run.open();
        const early = await handle.stamp();
        await handle.fill(id, { value: "before" });
        await handle.invalidate({ tags: [id] });
        assert.equal(await handle.state(id), "miss");
        await handle.fill(id, { value: "after" });
        assert.equal(await handle.value(id), "after");
        assert.equal((await handle.fill(id, { value: "late", stamp: early })).outcome, "fenced");
        await handle.fill(id, { value: "set", supersedes: `=${id}` });
        await handle.invalidate({ tags: [id] });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "an entry from the future is a miss: the clock was set back, and nobody knows how old it is",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        const now = run.clock.now();
        await handle.fillAll(["a", "b"], { ttl: 1_000 });
        run.clock.jump(now - 3_600_000);
        assert.equal(await handle.state("a"), "miss");
        run.clock.jump(now + 365 * day);
        assert.equal(await handle.state("b"), "miss");
      },
    },
    {
      name: "what has expired does not come back when the clock is set back, if anything was stored in between",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        const now = run.clock.now();
        await handle.fillAll(["a", "b"], { ttl: 600_000 });
        run.clock.jump(now + 3_600_000);
        await handle.fill("c");
        run.clock.jump(now + 300_000);
        for (const entry of ["a", "b", "c"]) assert.equal(await handle.state(entry), "miss");
        for (const entry of ["a", "b", "c"]) {
          assert.equal((await handle.fill(entry)).outcome, "stored");
          assert.equal(await handle.state(entry), "hit");
        }
      },
    },
    {
      name: "a clock that was a year ahead for a while leaves nothing out of use when it is right again",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        const now = run.clock.now();
        await handle.fill("a");
        run.clock.jump(now + 365 * day);
        await handle.fill("b");
        await handle.invalidate({ tags: ["c"] });
        run.clock.jump(now + 1_000);
        for (const entry of ["a", "b", "c"]) {
          assert.equal((await handle.fill(entry)).outcome, "stored");
          assert.equal(await handle.state(entry), "hit");
        }
        run.clock.jump(now + 2_000);
        assert.equal(await handle.state("a"), "hit");
      },
    },
    {
      name: "a clock that is put right by a second makes nothing a miss that was stored before",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("a");
        run.clock.jump(run.clock.now() + 10_000);
        await handle.fill("b");
        run.clock.jump(run.clock.now() - 1_000);
        assert.equal(await handle.state("a"), "hit");
      },
    },
    {
      name: "a clock that is set back keeps nothing from being stored",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id] });
        run.clock.jump(run.clock.now() - 3_600_000);
        assert.equal((await handle.fill(id)).outcome, "stored");
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "it does as a map with a clock does, whatever the ids, sizes and times",
      needs: ["time"],
      check: checkAgainstMap,
    },
  ],
};
