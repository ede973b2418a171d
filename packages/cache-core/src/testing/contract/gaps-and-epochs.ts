import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import type { ContractRun } from "./contract-run.ts";
import type { StorageHandle } from "./storage-handle.ts";

const id = "user:describe:u-1";

/** Invalidates more than any ledger keeps in mind, and lets it put away what is too much. */
async function flood(run: ContractRun, handle: StorageHandle): Promise<void> {
  for (let round = 0; round < 16; round++)
    await handle.invalidate({
      tags: Array.from({ length: 10_000 }, (_, index) => `user:u-${round * 10_000 + index}`),
    });
  for (let round = 0; round < 3; round++) {
    await run.advance(10_000);
    await handle.read(id);
  }
}

/** How a nearer tier follows, and what the ledger admits not to know. */
export const gapsAndEpochs: Topic = {
  name: "gaps and epochs",
  checks: [
    {
      name: "when nothing has happened since a stamp, that is what it says",
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: ["before"] });
        const stamp = await handle.stamp();
        await handle.fill(id);
        const changes = await handle.since(stamp);
        assert.ok(changes.state === "changes");
        assert.deepEqual([changes.tags, changes.patterns], [[], []]);
      },
    },
    {
      name: "what has happened since is told whole, and nothing from before",
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: ["before"], patterns: ["b:*:f"] });
        const stamp = await handle.stamp();
        await handle.invalidate({ tags: ["a", "b"], patterns: ["user:*:u-1"] });
        const between = await handle.stamp();
        const { position } = await handle.invalidate({ tags: ["c"] });
        const all = await handle.since(stamp);
        assert.ok(all.state === "changes");
        assert.deepEqual(all.tags.toSorted(), ["a", "b", "c"]);
        assert.deepEqual([...all.patterns], ["user:*:u-1"]);
        assert.equal(all.at.position, position);
        const last = await handle.since(between);
        assert.deepEqual(last.state === "changes" && [last.tags, last.patterns], [["c"], []]);
      },
    },
    {
      name: "it tells what was set from outside, what was cleared, and what an operation was on that is closed",
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({
          tags: ["opened"],
          patterns: ["o:*:p"],
          open: { operation: "write", lease: 60_000 },
        });
        const stamp = await handle.stamp();
        await handle.fill(id, { supersedes: `=${id}` });
        await handle.clear({ tags: ["cleared"] });
        await handle.invalidate({ tags: ["closed"], close: "write" });
        const changes = await handle.since(stamp);
        assert.ok(changes.state === "changes");
        assert.deepEqual(changes.tags.toSorted(), [`=${id}`, "cleared", "closed", "opened"]);
        assert.deepEqual([...changes.patterns], ["o:*:p"]);
      },
    },
    {
      name: "after everything, and after a clear of everything, there is a gap",
      check: async (run) => {
        const handle = await run.open();
        for (const act of ["invalidate", "clear"] as const) {
          const stamp = await handle.stamp();
          await handle[act]({ everything: true });
          assert.equal((await handle.since(stamp)).state, "gap", act);
          assert.equal((await handle.since(await handle.stamp())).state, "changes", act);
        }
      },
    },
    {
      name: "a stamp of another epoch, or of a position that was never reached, is a gap",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        for (const unknown of [
          { ...stamp, epoch: "another" },
          { ...stamp, position: stamp.position + 1 },
        ]) {
          const changes = await handle.since(unknown);
          assert.equal(changes.state, "gap");
          assert.deepEqual([changes.at.epoch, changes.at.position], [stamp.epoch, stamp.position]);
        }
      },
    },
    {
      name: "a fill of another epoch is kept out",
      check: async (run) => {
        const handle = await run.open();
        const stamp = { ...(await handle.stamp()), epoch: "another" };
        for (const supersedes of [{}, { supersedes: `=${id}` }]) {
          const verdict = await handle.fill(id, { stamp, ...supersedes });
          assert.ok(verdict.outcome === "fenced");
          assert.deepEqual([verdict.reason, verdict.lastInvalidation], ["epoch", Infinity]);
        }
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "a fill of a position that was never reached, from a ledger that has lost a part, is never served",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const later = { ...stamp, position: stamp.position + 1 };
        // To refuse it, or to give the ledger up, is both right.
        await handle.fill(id, { stamp: later }).catch(() => undefined);
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "of too many changes it tells all or admits a gap, never a part",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const names = Array.from({ length: 20_000 }, (_, index) => `user:u-${index}`);
        await handle.invalidate({ tags: names.slice(0, 10_000) });
        await handle.invalidate({ tags: names.slice(10_000) });
        const changes = await handle.since(stamp);
        const told = new Set(changes.state === "changes" ? changes.tags : names);
        assert.equal(names.filter((name) => !told.has(name)).length, 0, "so many are not told");
        assert.equal((await handle.since(await handle.stamp())).state, "changes");
      },
    },
    {
      name: "more tags than anybody remembers make more stale, never less",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.fill(id, { tags: ["first"], ttl: Infinity });
        await handle.invalidate({ tags: ["first"] });
        await flood(run, handle);
        assert.equal(await handle.state(id), "miss");
        assert.equal((await handle.fill(id, { stamp, tags: ["first"] })).outcome, "fenced");
        const changes = await handle.since(stamp);
        assert.ok(changes.state === "gap" || changes.tags.includes("first"));
        assert.equal((await handle.fill(id)).outcome, "stored");
        assert.equal(await handle.state(id), "hit");
      },
    },
    {
      name: "what was unsettled is so still when nobody remembers its tag",
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: ["settling"], settle: 3_600_000 });
        await handle.invalidate({ tags: ["marked"], open: { operation: "write", lease: 3_600_000 } });
        await flood(run, handle);
        for (const tag of ["settling", "marked"])
          assert.equal((await handle.fill(id, { tags: [tag] })).outcome, "fenced", tag);
      },
    },
    {
      name: "one follows what the other does",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        const stamp = await one.stamp();
        await other.invalidate({ tags: ["a"], patterns: ["b:*:c"] });
        const changes = await one.since(stamp);
        assert.ok(changes.state === "changes");
        assert.deepEqual([[...changes.tags], [...changes.patterns]], [["a"], ["b:*:c"]]);
        await other.clear({ everything: true });
        assert.equal((await one.since(changes.at)).state, "gap");
      },
    },
  ],
};
