import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { tagsOf } from "./storage-handle.ts";

/** The listing of what could be served now. */
export const entries: Topic = {
  name: "entries",
  checks: [
    {
      name: "every entry is listed once, also when there are many",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 1_100 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        assert.deepEqual(await handle.ids(), ids.toSorted());
      },
    },
    {
      name: "what is listed tells all about the entry but its value",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.fill("user:list:all", { stamp, ttl: Infinity, size: 321 });
        const [entry] = await handle.list();
        assert.ok(entry !== undefined);
        const { size, ...rest } = entry;
        assert.ok(size > 0);
        assert.deepEqual(
          { ...rest, tags: entry.tags.toSorted() },
          {
            id: "user:list:all",
            tags: tagsOf("user:list:all").toSorted(),
            stamp,
            expiresAt: Infinity,
            staleUntil: Infinity,
          },
        );
      },
    },
    {
      name: "an entry counts what it was stored with, as it is read and as it is listed",
      needs: ["sizes"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("user:list:all", { size: 321 });
        const reading = await handle.read("user:list:all");
        assert.ok(reading.state === "hit");
        const [listed] = await handle.list();
        assert.deepEqual([reading.entry.size, listed?.size], [321, 321]);
      },
    },
    {
      name: "what has expired or was invalidated is not listed",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["user:a", "user:b", "group:a", "group:b:c"]);
        await handle.fill("expired", { ttl: 0, staleFor: 60_000 });
        await handle.invalidate({ tags: ["user:a"], patterns: ["gr*:b"] });
        assert.deepEqual(await handle.ids(), ["group:a", "user:b"]);
        await handle.invalidate({ everything: true });
        assert.deepEqual(await handle.ids(), []);
      },
    },
    {
      name: "a listing ends, whatever its reader does meanwhile",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 50 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        const listed: string[] = [];
        for await (const { id } of handle.storage.entries()) {
          listed.push(id);
          assert.ok(listed.length <= ids.length * 3, "it goes on and on");
          await handle.read(id);
          await handle.fill(id, { value: "again" });
        }
        assert.deepEqual([...new Set(listed)].toSorted(), ids.toSorted());
      },
    },
    {
      name: "a listing that nobody reads to its end holds nothing up",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 600 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        for await (const { id } of handle.storage.entries()) if (id !== "") break;
        // Never even begun, and begun without an end.
        handle.storage.entries();
        await handle.storage.entries()[Symbol.asyncIterator]().next();
        assert.equal((await handle.fill("user:list:all")).outcome, "stored");
        assert.equal(await handle.clear({ everything: true }), 601);
      },
    },
    {
      name: "two listings at a time do not disturb each other",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 300 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        const [one, other] = await Promise.all([handle.ids(), handle.ids()]);
        assert.deepEqual(one, ids.toSorted());
        assert.deepEqual(other, one);
      },
    },
  ],
};
