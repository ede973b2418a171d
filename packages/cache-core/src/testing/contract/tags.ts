import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { hostileTags } from "./hostile-names.ts";

const id = "user:describe:u-1";

/** An invalidation concerns what has the tag, and nothing else. */
export const tags: Topic = {
  name: "tags",
  checks: [
    {
      name: "an entry is a miss once any of its tags has been invalidated, and others stay",
      check: async (run) => {
        const handle = await run.open();
        for (const tag of ["first", "second", "third"]) {
          await handle.fill("a", { tags: ["first", "second", "third"] });
          await handle.fill("b", { tags: ["fourth"] });
          await handle.invalidate({ tags: [tag] });
          assert.deepEqual(await handle.states("a", "b"), ["miss", "hit"], tag);
        }
      },
    },
    {
      name: "one invalidation may name many tags, known and unknown",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 20 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        const named = Array.from({ length: 1_000 }, (_, index) => `user:describe:u-${index * 2}`);
        await handle.invalidate({ tags: [...named, ...named] });
        const states = await handle.states(...ids);
        assert.deepEqual(
          states,
          ids.map((_, index) => (index % 2 === 0 ? "miss" : "hit")),
        );
      },
    },
    {
      name: "an entry may have many tags, or none",
      check: async (run) => {
        const handle = await run.open();
        const many = Array.from({ length: 500 }, (_, index) => `user:u-${index}`);
        await handle.fill("many", { tags: many });
        await handle.fill("none", { tags: [] });
        await handle.invalidate({ tags: ["user:u-500", "user:u-"] });
        assert.deepEqual(await handle.states("many", "none"), ["hit", "hit"]);
        await handle.invalidate({ tags: ["user:u-499"] });
        assert.deepEqual(await handle.states("many", "none"), ["miss", "hit"]);
      },
    },
    {
      name: "tags are any text, and each is only itself",
      check: async (run) => {
        const handle = await run.open();
        const ids = hostileTags.map((_, index) => `e${index}`);
        for (const [index, tag] of hostileTags.entries()) await handle.fill(`e${index}`, { tags: [tag] });
        for (const [index, tag] of hostileTags.entries()) {
          await handle.invalidate({ tags: [tag] });
          const states = await handle.states(...ids);
          const wrong = states.findIndex((state, place) => state !== (place <= index ? "miss" : "hit"));
          assert.equal(wrong, -1, `${JSON.stringify(tag)} and ${JSON.stringify(hostileTags[wrong])}`);
        }
      },
    },
    {
      name: "the exact tag of a key spares what lies below it",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["user:list", "user:list:all"]);
        await handle.invalidate({ tags: ["=user:list"] });
        assert.deepEqual(await handle.states("user:list", "user:list:all"), ["miss", "hit"]);
      },
    },
    {
      name: "what was stored after an invalidation is served, as often as that repeats",
      check: async (run) => {
        const handle = await run.open();
        for (let round = 0; round < 20; round++) {
          await handle.fill(id, { value: round });
          assert.equal(await handle.value(id), round);
          await handle.invalidate({ tags: ["user:describe"] });
          assert.equal(await handle.state(id), "miss");
        }
      },
    },
    {
      name: "an invalidation counts for what is stored, also when nobody has read it since",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { tags: ["a", "b"] });
        await handle.invalidate({ tags: ["a"] });
        await handle.invalidate({ tags: ["c"] });
        await handle.invalidate({ tags: ["d"] });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "everything is everything, in every namespace",
      check: async (run) => {
        const handle = await run.open();
        const ids = ["user:a", "other|user:a", "other|caller|user:a"];
        await handle.fillAll(ids);
        await handle.fill("none", { tags: [] });
        await handle.invalidate({ everything: true });
        assert.deepEqual(await handle.states(...ids, "none"), ["miss", "miss", "miss", "miss"]);
        assert.equal((await handle.fill("user:a")).outcome, "stored");
      },
    },
    {
      name: "an invalidation of nothing makes nothing stale",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.invalidate({});
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "each one counts in the position",
      check: async (run) => {
        const handle = await run.open();
        let { position } = await handle.stamp();
        for (const step of [
          { tags: ["a"] },
          { tags: ["a"] },
          { patterns: ["a:*:b"] },
          { everything: true },
        ]) {
          const next = await handle.invalidate(step);
          assert.ok(next.position > position);
          ({ position } = next);
        }
        assert.equal((await handle.stamp()).position, position);
      },
    },
    {
      name: "what one invalidates is a miss for the other",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fillAll(["user:a", "group:b"]);
        assert.deepEqual(await other.states("user:a", "group:b"), ["hit", "hit"]);
        await other.invalidate({ tags: ["user"] });
        await run.spread();
        assert.deepEqual(await one.states("user:a", "group:b"), ["miss", "hit"]);
        await one.invalidate({ patterns: ["gr*:b"] });
        await run.spread();
        assert.deepEqual(await other.states("user:a", "group:b"), ["miss", "miss"]);
        await one.fill("user:a");
        assert.equal(await other.state("user:a"), "hit");
        await other.invalidate({ everything: true });
        await run.spread();
        assert.equal(await one.state("user:a"), "miss");
      },
    },
  ],
};
