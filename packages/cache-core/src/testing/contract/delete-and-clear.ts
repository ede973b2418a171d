import assert from "node:assert/strict";
import type { Topic } from "./check.ts";

const users: readonly string[] = Array.from({ length: 600 }, (_, index) => `user:describe:u-${index}`);

/** To delete is to invalidate exactly one key. To clear is to invalidate, to count, and to give the space back. */
export const deleteAndClear: Topic = {
  name: "delete and clear",
  checks: [
    {
      name: "deleting takes one key away, for every caller, and keeps out its loads",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["user:list", "|caller|user:list", "user:list:all", "user"]);
        const stamp = await handle.stamp();
        await handle.invalidate({ tags: ["=user:list"] });
        const states = await handle.states("user:list", "|caller|user:list", "user:list:all", "user");
        assert.deepEqual(states, ["miss", "miss", "hit", "hit"]);
        assert.equal((await handle.fill("user:list", { stamp })).outcome, "fenced");
        assert.equal((await handle.fill("user:list:all", { stamp })).outcome, "stored");
      },
    },
    {
      name: "clear counts each entry once that it takes away, by tag and by pattern",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll([...users, "group:describe:g-1", "group:describe:g-2"]);
        const count = await handle.clear({
          tags: ["user", "user:describe:u-1"],
          patterns: ["user:*:u-2", "group:*:g-1"],
        });
        assert.equal(count, 601);
        assert.deepEqual(await handle.ids(), ["group:describe:g-2"]);
        assert.equal(await handle.clear({ tags: ["user"], patterns: ["group:*:g-1"] }), 0);
      },
    },
    {
      name: "clear does not count what could not be served any more",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(users.slice(0, 6));
        await handle.fill("user:expired", { ttl: 0, staleFor: 60_000 });
        await handle.fill("user:forever", { ttl: Infinity });
        await handle.invalidate({ tags: ["user:describe:u-1"], patterns: ["user:*:u-2"] });
        assert.equal(await handle.clear({ tags: ["user"] }), 5);
        assert.equal(await handle.clear({ everything: true }), 0);
      },
    },
    {
      name: "clear counts what was stored again after an invalidation",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(users.slice(0, 10));
        await handle.invalidate({ tags: ["user"], patterns: ["user:*:u-1"] });
        await handle.fillAll(users.slice(0, 3));
        assert.equal(await handle.clear({ tags: ["user"], patterns: ["user:*:u-1"] }), 3);
      },
    },
    {
      name: "clear of everything leaves nothing, whatever its namespace and tags",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["user:a", "org|user:a", "org|caller|user:a"]);
        await handle.fill("none", { tags: [] });
        assert.equal(await handle.clear({ everything: true }), 4);
        assert.equal((await handle.usage()).entries, 0);
        assert.deepEqual(await handle.list(), []);
      },
    },
    {
      name: "clear gives the space back, and leaves the rest as it was",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("group:describe:g-1");
        const before = await handle.usage();
        for (const id of users.slice(0, 50)) await handle.fill(id, { value: "x".repeat(20_000) });
        const full = await handle.usage();
        assert.ok(full.bytes - before.bytes > 50 * 20_000 * 0.8, `${full.bytes - before.bytes} bytes`);
        assert.equal(await handle.clear({ tags: ["user"] }), 50);
        const after = await handle.usage();
        assert.equal(after.entries, before.entries);
        assert.ok(after.bytes - before.bytes < 200_000, `${after.bytes - before.bytes} bytes are left`);
        assert.equal(await handle.value("group:describe:g-1"), "value of group:describe:g-1");
      },
    },
    {
      name: "what is stored after a clear is served",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(users.slice(0, 3));
        await handle.clear({ everything: true });
        await handle.fillAll(users.slice(0, 3), { value: "new" });
        assert.equal(await handle.value("user:describe:u-1"), "new");
        assert.equal(await handle.clear({ tags: ["user"] }), 3);
      },
    },
    {
      name: "one clears what the other has stored, and counts it",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fillAll(users.slice(0, 20));
        assert.equal(await other.clear({ tags: ["user"] }), 20);
        await run.spread();
        assert.equal(await one.state("user:describe:u-1"), "miss");
        assert.equal((await one.usage()).entries, 0);
      },
    },
  ],
};
