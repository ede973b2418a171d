import assert from "node:assert/strict";
import type { Topic } from "./check.ts";

const methods = [
  "read",
  "readMany",
  "write",
  "stamp",
  "invalidate",
  "since",
  "clear",
  "entries",
  "usage",
] as const;

/** What a storage is when it has just been opened. */
export const factory: Topic = {
  name: "factory",
  checks: [
    {
      name: "it can do what was declared, and no more and no less",
      check: async (run) => {
        const { storage } = await run.open();
        assert.deepEqual({ ...storage.capabilities }, { ...run.options.capabilities });
      },
    },
    {
      name: "it has every method, and counters and moments where that was declared",
      check: async (run) => {
        const { storage } = await run.open();
        for (const method of [...methods, "close"] as const)
          assert.equal(typeof storage[method], "function", method);
        const { counters = false, moments = false } = run.options;
        const optional = { counters, addCounters: counters, advance: moments } as const;
        for (const method of ["counters", "addCounters", "advance"] as const)
          assert.equal(typeof storage[method], optional[method] ? "function" : "undefined", method);
      },
    },
    {
      name: "a new store has nothing in it",
      check: async (run) => {
        const handle = await run.open();
        assert.equal(await handle.state("user:list:all"), "miss");
        assert.deepEqual(await handle.list(), []);
        assert.equal((await handle.usage()).entries, 0);
        assert.equal(await handle.clear({ everything: true }), 0);
      },
    },
    {
      name: "a new store takes its first fill",
      check: async (run) => {
        const handle = await run.open();
        assert.equal((await handle.fill("user:list:all")).outcome, "stored");
        assert.equal(await handle.value("user:list:all"), "value of user:list:all");
      },
    },
    {
      name: "a stamp names an epoch, a position and a time",
      check: async (run) => {
        const { epoch, position, time } = await (await run.open()).stamp();
        assert.equal(typeof epoch, "string");
        assert.notEqual(epoch, "");
        assert.ok(Number.isSafeInteger(position) && position >= 0, `position ${position}`);
        assert.ok(Number.isFinite(time) && time > 0, `time ${time}`);
      },
    },
    {
      name: "the time of a stamp is that of the clock that was given",
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        const before = await handle.stamp();
        await run.advance(1_234);
        const after = await handle.stamp();
        assert.equal(before.time, run.clock.now() - 1_234);
        assert.deepEqual(after, { ...before, time: run.clock.now() });
      },
    },
    {
      name: "two stores have nothing to do with each other",
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open({ place: "-other" })];
        await one.fill("user:list:all");
        assert.equal(await other.state("user:list:all"), "miss");
        await other.fill("user:list:all", { value: "of the other" });
        await other.invalidate({ tags: ["user"] });
        assert.equal(await one.value("user:list:all"), "value of user:list:all");
        assert.equal(await other.clear({ everything: true }), 0);
        assert.equal((await one.usage()).entries, 1);
      },
    },
  ],
};
