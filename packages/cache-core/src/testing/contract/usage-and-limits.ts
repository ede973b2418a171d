import assert from "node:assert/strict";
import type { Topic } from "./check.ts";

const megabyte = 1_048_576;

/** What is held, what it is held to, and the numbers that are kept with it. */
export const usageAndLimits: Topic = {
  name: "usage and limits",
  checks: [
    {
      name: "usage counts entries and bytes, and an entry that is replaced counts once",
      check: async (run) => {
        const handle = await run.open();
        const empty = await handle.usage();
        for (let index = 0; index < 20; index++)
          await handle.fill(`e${index}`, { value: "x".repeat(50_000) });
        const full = await handle.usage();
        assert.equal(full.entries, 20);
        assert.ok(full.bytes - empty.bytes >= 20 * 50_000 * 0.8, `${full.bytes} bytes`);
        for (let index = 0; index < 20; index++) await handle.fill(`e${index}`, { value: "small" });
        const small = await handle.usage();
        assert.equal(small.entries, 20);
        assert.ok(small.bytes < full.bytes / 2, `${small.bytes} of ${full.bytes} bytes`);
      },
    },
    {
      name: "usage falls to where it began, round after round",
      check: async (run) => {
        const handle = await run.open();
        const bytes: number[] = [];
        for (let round = 0; round < 3; round++) {
          for (let index = 0; index < 30; index++)
            await handle.fill(`e${round}-${index}`, { value: "x".repeat(20_000) });
          await handle.clear({ everything: true });
          const usage = await handle.usage();
          assert.equal(usage.entries, 0);
          bytes.push(usage.bytes);
        }
        assert.ok((bytes[2] as number) <= (bytes[0] as number) * 1.1 + 20_000, `${bytes.join(", ")} bytes`);
      },
    },
    {
      name: "it never holds more than allowed, and makes room for what is new",
      needs: ["bounded"],
      check: async (run) => {
        const maxSizeMb = 2;
        const handle = await run.open({ maxSizeMb });
        for (let index = 0; index < 600; index++) {
          const size = 1_000 + Math.floor(run.random() * 20_000);
          const { outcome } = await handle.fill(`e${index}`, { value: "x".repeat(size) });
          assert.equal(outcome, "stored", `fill ${index}`);
          assert.equal(await handle.state(`e${index}`), "hit", `fill ${index}`);
          const { bytes } = await handle.usage();
          assert.ok(bytes <= maxSizeMb * megabyte * 1.1, `${bytes} bytes after fill ${index}`);
        }
        assert.ok((await handle.usage()).bytes > (maxSizeMb * megabyte) / 2, "it holds less than half");
        assert.ok(run.events.some((event) => event.type === "evicted" && event.reason === "size"));
      },
    },
    {
      name: "a value over the limit is refused, takes its own older one away, and wipes out nothing else",
      needs: ["bounded"],
      check: async (run) => {
        const handle = await run.open({ maxSizeMb: 2 });
        await handle.fillAll(["a", "b", "c"]);
        const { outcome } = await handle.fill("a", { value: "x".repeat(3 * megabyte) });
        assert.equal(outcome, "too-large");
        assert.deepEqual(await handle.states("a", "b", "c"), ["miss", "hit", "hit"]);
        assert.equal((await handle.usage()).entries, 2);
      },
    },
    {
      name: "a value over the limit goes by the rule first",
      needs: ["bounded"],
      check: async (run) => {
        const handle = await run.open({ maxSizeMb: 2 });
        const stamp = await handle.stamp();
        await handle.invalidate({ tags: ["b"] });
        await handle.fill("a", { value: "good", tags: ["a"] });
        const value = "x".repeat(3 * megabyte);
        assert.equal((await handle.fill("a", { stamp, value, tags: ["a", "b"] })).outcome, "fenced");
        assert.equal(await handle.value("a"), "good");
        await handle.fill("a", { stamp, value, tags: ["a"] });
        assert.equal(await handle.value("a"), "good", "an entry of a later stamp stays");
      },
    },
    {
      name: "what is read again and again stays while others come and go",
      needs: ["bounded", "time"],
      check: async (run) => {
        const handle = await run.open({ maxSizeMb: 2 });
        await handle.fill("used", { ttl: Infinity });
        let kept = 0;
        for (let index = 0; index < 400; index++) {
          await handle.fill(`e${index}`, { value: "x".repeat(20_000), ttl: Infinity });
          await run.advance(1_000);
          if ((await handle.state("used")) === "hit") kept++;
        }
        assert.equal(kept, 400);
        assert.equal(await handle.state("e0"), "miss");
      },
    },
    {
      name: "a sweep removes what can be served no more, says why, and leaves the rest",
      needs: ["sweeps", "time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("short", { ttl: 1_000 });
        await handle.fillAll(["a", "b", "c"]);
        await handle.invalidate({ tags: ["a"] });
        await run.advance(2_000);
        assert.deepEqual(await handle.storage.sweep?.(), { expired: 1, invalidated: 1 });
        assert.equal((await handle.usage()).entries, 2);
        assert.deepEqual(await handle.states("short", "a", "b", "c"), ["miss", "miss", "hit", "hit"]);
        assert.deepEqual(await handle.storage.sweep?.(), { expired: 0, invalidated: 0 });
      },
    },
    {
      name: "counters add up, each by itself, also when they are added to at the same time",
      needs: ["counters"],
      check: async (run) => {
        const { storage } = await run.open();
        assert.deepEqual({ ...(await storage.counters?.()) }, {});
        await storage.addCounters?.({ hits: 3, saved: 1.5 });
        await Promise.all(
          Array.from({ length: 10 }, async () => storage.addCounters?.({ hits: 1, misses: 2 })),
        );
        await storage.addCounters?.({});
        assert.deepEqual({ ...(await storage.counters?.()) }, { hits: 13, misses: 20, saved: 1.5 });
      },
    },
    {
      name: "counters outlive a clear",
      needs: ["counters"],
      check: async (run) => {
        const handle = await run.open();
        await handle.storage.addCounters?.({ hits: 3 });
        await handle.clear({ everything: true });
        assert.deepEqual({ ...(await handle.storage.counters?.()) }, { hits: 3 });
      },
    },
    {
      name: "counters of one are those of the other",
      needs: ["counters", "shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.storage.addCounters?.({ hits: 3 });
        await other.storage.addCounters?.({ hits: 2 });
        assert.deepEqual({ ...(await one.storage.counters?.()) }, { hits: 5 });
      },
    },
  ],
};
