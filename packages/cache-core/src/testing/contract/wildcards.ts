import assert from "node:assert/strict";
import { compilePattern } from "../../key/key-pattern.ts";
import { parseTargets } from "../../key/target.ts";
import type { Topic } from "./check.ts";

const ids: readonly string[] = [
  "assignment:list:account-789:ps-1",
  "assignment:describe:account-789",
  "assignment:list:account-78",
  "assignment:list:account-7890",
  "assignment:account-789",
  "Assignment:list:account-789",
  "xassignment:list:account-789",
  "org-1|assignment:list:account-789",
  "user:list:account-789",
  "user:a.c:x",
  "user:abc:x",
  "user:a+(b)[c]^$:x",
  "user:ümläut:🦊",
  "user:line\nbreak:x",
];

const patterns: readonly string[] = [
  "assignment:*:account-789:*",
  "assignment:*:account-78*",
  "*:list:*",
  "*:*:account-789",
  "a*t:l*t:*-7*9",
  "user:a.c*:x",
  "user:*c:x",
  "user:a+(b)[c]^$:*x",
  "user:*:🦊",
  "user:*lä*:*",
  "user:*break*:x",
  "user:*:x",
  "nothing:*:x",
  "*:*:*:*",
  "org-1|*:list:account-789",
];

/** A wildcard stands for any text within one segment. */
export const wildcards: Topic = {
  name: "wildcards",
  checks: [
    {
      name: "a pattern concerns the keys that it matches, and no others",
      check: async (run) => {
        const handle = await run.open();
        for (const pattern of patterns) {
          await handle.fillAll(ids);
          await handle.invalidate({ patterns: [pattern] });
          const expression = compilePattern(pattern);
          assert.deepEqual(await handle.ids(), ids.filter((id) => !expression.test(id)).toSorted(), pattern);
        }
      },
    },
    {
      name: "it concerns exactly what its words say",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(ids);
        await handle.invalidate(parseTargets(["assignment:*:account-789:*"], ""));
        assert.deepEqual(await handle.ids(), ids.slice(2).toSorted());
      },
    },
    {
      name: "it is matched against the keys that an entry is or is made of, not against its other tags",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("made", { tags: ["=report:all", "=user:describe:u-1"] });
        await handle.fill("named", { tags: ["=report:all", "user:describe:u-1"] });
        await handle.invalidate({ patterns: ["user:*:u-1"] });
        assert.deepEqual(await handle.states("made", "named"), ["miss", "hit"]);
      },
    },
    {
      name: "it keeps out loads that began before, and no others",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const { position } = await handle.invalidate({ patterns: ["user:*:u-1"] });
        const verdict = await handle.fill("user:describe:u-1", { stamp });
        assert.ok(verdict.outcome === "fenced" && verdict.reason === "invalidated");
        assert.equal(verdict.lastInvalidation, position);
        assert.equal((await handle.fill("user:describe:u-2", { stamp })).outcome, "stored");
        assert.equal((await handle.fill("user:describe:u-1")).outcome, "stored");
        assert.equal(await handle.state("user:describe:u-1"), "hit");
      },
    },
    {
      name: "it counts again each time, for what was stored since",
      check: async (run) => {
        const handle = await run.open();
        for (let round = 0; round < 3; round++) {
          await handle.fill("user:describe:u-1", { value: round });
          assert.equal(await handle.value("user:describe:u-1"), round);
          await handle.invalidate({ patterns: ["user:*:u-1"] });
          assert.equal(await handle.state("user:describe:u-1"), "miss");
        }
      },
    },
    {
      name: "more patterns than anybody remembers make more stale, never less",
      check: async (run) => {
        const handle = await run.open();
        const numbers = Array.from({ length: 300 }, (_, index) => index);
        const stamp = await handle.stamp();
        await handle.fillAll(["user:describe:u-0", "user:describe:u-150", "user:describe:u-299", "group:a"]);
        for (let first = 0; first < 300; first += 50)
          await handle.invalidate({
            patterns: numbers.slice(first, first + 50).map((number) => `user:*:u-${number}`),
          });
        const states = await handle.states("user:describe:u-0", "user:describe:u-150", "user:describe:u-299");
        assert.deepEqual(states, ["miss", "miss", "miss"]);
        for (const number of [0, 150, 299])
          assert.equal((await handle.fill(`user:describe:u-${number}`, { stamp })).outcome, "fenced");
        assert.equal((await handle.fill("user:describe:u-0")).outcome, "stored");
        assert.equal(await handle.state("user:describe:u-0"), "hit");
      },
    },
  ],
};
