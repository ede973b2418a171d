import assert from "node:assert/strict";
import type { Invalidation, Verdict } from "../../storage/cache-storage.ts";
import type { Check, Topic } from "./check.ts";

const id = "group:members:g-1";
const hour = 3_600_000;

const targets: Readonly<Record<string, Partial<Invalidation>>> = {
  "a tag": { tags: ["group"] },
  "an exact key": { tags: [`=${id}`] },
  "a pattern": { patterns: ["group:*:g-1"] },
  everything: { everything: true },
};

function assertUnsettled(verdict: Verdict): void {
  assert.ok(verdict.outcome === "fenced", `the outcome is ${verdict.outcome}`);
  assert.equal(verdict.unsettled, true);
}

function checksOf([name, target]: readonly [string, Partial<Invalidation>]): readonly Check[] {
  return [
    {
      name: `${name}: an open operation keeps fills out until it is closed, and what is closed is invalidated again`,
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: hour } });
        const during = await handle.stamp();
        const verdict = await handle.fill(id);
        assertUnsettled(verdict);
        assert.ok(verdict.outcome === "fenced" && verdict.reason === "unsettled");
        const other = await handle.fill("user:list:all");
        assert.equal(other.outcome, target.everything === true ? "fenced" : "stored");
        await handle.invalidate({ close: "write" });
        assert.equal((await handle.fill(id, { stamp: during })).outcome, "fenced");
        assert.equal((await handle.fill(id)).outcome, "stored");
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: `${name}: a value from outside is kept out, too`,
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: hour } });
        assertUnsettled(await handle.fill(id, { supersedes: `=${id}` }));
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: `${name}: the mark ends with its lease, and still keeps out a load that began before`,
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: hour } });
        await run.advance(hour / 2);
        const during = await handle.stamp();
        assertUnsettled(await handle.fill(id));
        await run.advance(hour / 2 + 60_000);
        assertUnsettled(await handle.fill(id, { stamp: during }));
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
    {
      name: `${name}: an operation whose end is seen after its lease still invalidates what it was on`,
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: 1_000 } });
        await run.advance(hour);
        await handle.fill(id);
        assert.equal(await handle.state(id), "hit");
        await handle.invalidate({ close: "write" });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: `${name}: it settles after it is closed`,
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: hour } });
        await handle.invalidate({ close: "write", settle: hour });
        await run.advance(hour / 2);
        const during = await handle.stamp();
        assertUnsettled(await handle.fill(id));
        await run.advance(hour / 2 + 60_000);
        assertUnsettled(await handle.fill(id, { stamp: during }));
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
    {
      name: `${name}: to the millisecond`,
      needs: ["wallClock"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ ...target, open: { operation: "write", lease: 1_000 } });
        await run.advance(999);
        assertUnsettled(await handle.fill(id));
        await run.advance(1);
        assert.equal((await handle.fill(id)).outcome, "stored");
        await handle.invalidate({ ...target, settle: 500 });
        await run.advance(499);
        assertUnsettled(await handle.fill(id));
        await run.advance(1);
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
  ];
}

/** While a write is under way, and until its effect has spread, nothing that it touches is stored. */
export const unsettledTags: Topic = {
  name: "unsettled tags",
  checks: [
    ...Object.entries(targets).flatMap(checksOf),
    {
      name: "what was stored before is not served while its tag is unsettled",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.invalidate({ tags: [id], open: { operation: "write", lease: hour } });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "one operation's end does not end another's on the same tag",
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id], open: { operation: "one", lease: hour } });
        await handle.invalidate({ tags: [id], open: { operation: "other", lease: hour } });
        await handle.invalidate({ close: "one" });
        assertUnsettled(await handle.fill(id));
        await handle.invalidate({ close: "other" });
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
    {
      name: "a long operation outlasts a short one on the same tag",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id], open: { operation: "long", lease: hour } });
        await handle.invalidate({ tags: [id], open: { operation: "short", lease: 1_000 } });
        await run.advance(hour / 2);
        assertUnsettled(await handle.fill(id));
      },
    },
    {
      name: "opening an operation again renews the deadline of all that it has marked",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id], open: { operation: "write", lease: hour } });
        await run.advance(hour * 0.8);
        await handle.invalidate({ tags: ["user"], open: { operation: "write", lease: hour } });
        await run.advance(hour * 0.8);
        assertUnsettled(await handle.fill(id));
        assertUnsettled(await handle.fill("user:list"));
        await handle.invalidate({ close: "write" });
        assert.equal((await handle.fill(id)).outcome, "stored");
        assert.equal((await handle.fill("user:list")).outcome, "stored");
      },
    },
    {
      name: "closing and opening in one step leaves the operation open",
      check: async (run) => {
        const handle = await run.open();
        const open = { operation: "write", lease: hour };
        await handle.invalidate({ tags: [id], open });
        await handle.invalidate({ tags: [id], close: "write", open });
        assertUnsettled(await handle.fill(id));
        await handle.invalidate({ close: "write" });
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
    {
      name: "a settle time is not shortened by a later one",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id], settle: hour });
        await handle.invalidate({ tags: [id] });
        await handle.invalidate({ tags: [id], settle: 1 });
        await run.advance(hour / 2);
        assertUnsettled(await handle.fill(id));
        await run.advance(hour / 2 + 60_000);
        assert.equal((await handle.fill(id)).outcome, "stored");
      },
    },
    {
      name: "operations of any name are told apart",
      check: async (run) => {
        const handle = await run.open();
        const operations = ["a", "A", "a ", "__proto__", "ü", "x:y*"];
        for (const operation of operations)
          await handle.invalidate({ tags: [`t${operation}`], open: { operation, lease: hour } });
        for (const operation of operations) {
          assertUnsettled(await handle.fill("e", { tags: [`t${operation}`] }));
          await handle.invalidate({ close: operation });
          assert.equal((await handle.fill("e", { tags: [`t${operation}`] })).outcome, "stored");
        }
      },
    },
    {
      name: "closing an operation that nobody knows is no error",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        await handle.invalidate({ close: "unknown" });
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "what one has opened keeps out the other's fills, and the other may close it",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.invalidate({ tags: ["group"], open: { operation: "write", lease: hour } });
        assertUnsettled(await other.fill(id));
        await run.close(one);
        const during = await other.stamp();
        await other.invalidate({ close: "write" });
        assert.equal((await other.fill(id, { stamp: during })).outcome, "fenced");
        assert.equal((await other.fill(id)).outcome, "stored");
      },
    },
  ],
};
