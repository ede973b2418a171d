import assert from "node:assert/strict";
import { parseTargets } from "../../key/target.ts";
import type { Topic } from "./check.ts";

/** `user:list:*` is what the key of it begins with, by whole segments. */
export const prefixes: Topic = {
  name: "prefixes",
  checks: [
    {
      name: "a prefix concerns what lies below it at every depth, and nothing that only begins with the same letters",
      check: async (run) => {
        const handle = await run.open();
        const below = ["user", "user:list", "user:list:all", "user:list:a:b:c:d"];
        const beside = ["username", "username:list", "users:list:all", "User:list", "group:user:list", "us"];
        await handle.fillAll([...below, ...beside]);
        await handle.invalidate(parseTargets(["user:*"], ""));
        assert.deepEqual(await handle.ids(), beside.toSorted());
        assert.deepEqual(
          await handle.states(...below),
          below.map(() => "miss"),
        );
      },
    },
    {
      name: "a longer prefix spares what stands above and beside it",
      check: async (run) => {
        const handle = await run.open();
        const kept = ["user", "user:describe:u-1", "user:listing", "user:list-all"];
        await handle.fillAll([...kept, "user:list", "user:list:all", "user:list:all:page-2"]);
        await handle.invalidate(parseTargets(["user:list:*"], ""));
        assert.deepEqual(await handle.ids(), kept.toSorted());
      },
    },
    {
      name: "the root concerns every key of its namespace, and of no other",
      check: async (run) => {
        const handle = await run.open();
        const ids = [
          "user:a",
          "group",
          "org-1|user:a",
          "org-1|caller|user:a",
          "org-2|user:a",
          "|caller|user:a",
        ];
        await handle.fillAll(ids);
        await handle.invalidate(parseTargets(["*"], "org-1|"));
        assert.deepEqual(
          await handle.ids(),
          ["group", "org-2|user:a", "user:a", "|caller|user:a"].toSorted(),
        );
        await handle.invalidate(parseTargets(["*"], ""));
        assert.deepEqual(await handle.ids(), ["org-2|user:a"]);
      },
    },
    {
      name: "a prefix concerns every caller of its namespace, and no other namespace",
      check: async (run) => {
        const handle = await run.open();
        const ids = ["org-1|user:a", "org-1|caller|user:a", "org-2|caller|user:a", "user:a"];
        await handle.fillAll(ids);
        await handle.invalidate(parseTargets(["user"], "org-1|"));
        assert.deepEqual(await handle.states(...ids), ["miss", "miss", "hit", "hit"]);
      },
    },
    {
      name: "what was escaped in a segment is no separator and no wildcard",
      check: async (run) => {
        const handle = await run.open();
        const ids = ["user:a%3Ab", "user:a", "user:%2A", "user:a:b"];
        await handle.fillAll(ids);
        await handle.invalidate(parseTargets(["user:%2A"], ""));
        assert.deepEqual(await handle.states(...ids), ["hit", "hit", "miss", "hit"]);
        await handle.invalidate(parseTargets(["user:a:*"], ""));
        assert.deepEqual(await handle.states(...ids), ["hit", "miss", "miss", "miss"]);
      },
    },
    {
      name: "it concerns what is made of the keys below it",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("report:all", {
          tags: ["=report:all", "*", "report", "=user:list:all", "user:list"],
        });
        await handle.invalidate(parseTargets(["user:list:*"], ""));
        assert.equal(await handle.state("report:all"), "miss");
      },
    },
  ],
};
