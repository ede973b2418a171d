import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { hostileIds } from "./hostile-names.ts";

const id = "user:describe:u-1";

/** What is stored comes back, and the later of two stays. */
export const readWrite: Topic = {
  name: "read and write",
  checks: [
    {
      name: "what was stored comes back whole",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const tags = ["=a", "*", "a", "group:g-1"];
        const entry = handle.entry(id, stamp, { tags, ttl: 90_000, staleFor: 5_000, size: 321 });
        const verdict = await handle.storage.write(entry);
        assert.equal(verdict.outcome, "stored");
        const reading = await handle.read(id);
        assert.ok(reading.state === "hit");
        const { payload: _, tags: given, size, ...rest } = reading.entry;
        const { payload: __, tags: expected, size: ___, ...others } = entry;
        assert.deepEqual(rest, others);
        // A storage that keeps it in another form counts it anew.
        assert.ok(size > 0);
        assert.deepEqual([...given].toSorted(), expected.toSorted());
        assert.equal(handle.valueOf(reading), `value of ${id}`);
      },
    },
    {
      name: "every answer tells the present moment of the ledger",
      check: async (run) => {
        const handle = await run.open();
        const before = await handle.stamp();
        const now = await handle.invalidate({ tags: ["x"] });
        assert.ok(now.position > before.position);
        const verdict = await handle.fill(id);
        assert.ok(verdict.outcome === "stored");
        const answers = [
          verdict,
          await handle.read(id),
          await handle.read("nothing"),
          ...(await handle.storage.readMany([id, "nothing"])),
          await handle.since(before),
          { at: await handle.stamp() },
        ];
        for (const { at } of answers) {
          assert.deepEqual([at.epoch, at.position], [before.epoch, now.position]);
          assert.ok(at.time >= before.time);
        }
      },
    },
    {
      name: "many are answered in the order asked, also those that are missing or asked for twice",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["a", "b"]);
        const readings = await handle.storage.readMany(["b", "none", "a", "b"]);
        assert.deepEqual(
          readings.map((reading) => handle.valueOf(reading)),
          ["value of b", undefined, "value of a", "value of b"],
        );
        assert.deepEqual(await handle.storage.readMany([]), []);
      },
    },
    {
      name: "the rule holds for many as it does for one",
      check: async (run) => {
        const handle = await run.open();
        await handle.fillAll(["user:a", "user:b", "group:c"]);
        await handle.invalidate({ tags: ["user:a"], patterns: ["gr*:c"] });
        assert.deepEqual(await handle.states("user:a", "user:b", "group:c"), ["miss", "hit", "miss"]);
      },
    },
    {
      name: "a later fill takes the place of an earlier one",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: "earlier", tags: ["x"] });
        await handle.invalidate({ tags: ["other"] });
        await handle.fill(id, { value: "later", tags: ["y"], ttl: 5_000 });
        await handle.invalidate({ tags: ["x"] });
        assert.equal(await handle.value(id), "later");
        await handle.invalidate({ tags: ["y"] });
        assert.equal(await handle.state(id), "miss");
      },
    },
    {
      name: "an entry of a later position stays, and the older fill counts as stored",
      check: async (run) => {
        const handle = await run.open();
        const early = await handle.stamp();
        await handle.invalidate({ tags: ["other"] });
        await handle.fill(id, { value: "later" });
        assert.equal((await handle.fill(id, { value: "older", stamp: early })).outcome, "stored");
        assert.equal(await handle.value(id), "later");
      },
    },
    {
      name: "of two entries of one position the one of the later time stays",
      needs: ["time"],
      check: async (run) => {
        const handle = await run.open();
        const early = await handle.stamp();
        await run.advance(1_000);
        await handle.fill(id, { value: "later" });
        assert.equal((await handle.fill(id, { value: "older", stamp: early })).outcome, "stored");
        assert.equal(await handle.value(id), "later");
      },
    },
    {
      name: "of two entries of one stamp the one that comes second stays",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.fill(id, { value: "first", stamp });
        await handle.fill(id, { value: "second", stamp });
        assert.equal(await handle.value(id), "second");
        assert.equal((await handle.usage()).entries, 1);
      },
    },
    {
      name: "a value from outside supersedes what has the tag, and carries the new position",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill("caller-2", { tags: [`=${id}`] });
        const stamp = await handle.stamp();
        const verdict = await handle.fill(id, { value: "set", stamp, supersedes: `=${id}` });
        assert.ok(verdict.outcome === "stored" && verdict.at.position > stamp.position);
        const reading = await handle.read(id);
        assert.equal(handle.valueOf(reading), "set");
        assert.equal(reading.state === "hit" && reading.entry.stamp.position, verdict.at.position);
        assert.equal(await handle.state("caller-2"), "miss");
      },
    },
    {
      name: "a value from outside keeps out a load that began before",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        await handle.fill(id, { value: "set", supersedes: `=${id}` });
        const verdict = await handle.fill(id, { value: "loaded", stamp });
        assert.ok(verdict.outcome === "fenced" && verdict.reason === "invalidated");
        assert.equal(await handle.value(id), "set");
      },
    },
    {
      name: "a value from outside that the rule keeps out supersedes nothing",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const { position } = await handle.invalidate({ tags: [id] });
        await handle.fill("caller-2", { tags: [`=${id}`] });
        assert.equal((await handle.fill(id, { stamp, supersedes: `=${id}` })).outcome, "fenced");
        assert.equal(await handle.state("caller-2"), "hit");
        assert.equal((await handle.stamp()).position, position);
      },
    },
    {
      name: "ids are any text, and never mixed up",
      check: async (run) => {
        const handle = await run.open();
        for (const hostile of hostileIds) assert.equal(await handle.state(hostile), "miss", hostile);
        for (const [index, hostile] of hostileIds.entries())
          assert.equal((await handle.fill(hostile, { value: index, tags: [`t${index}`] })).outcome, "stored");
        for (const [index, hostile] of hostileIds.entries())
          assert.equal(await handle.value(hostile), index, hostile);
        await handle.invalidate({ tags: ["t0"] });
        const states = await handle.states(...hostileIds);
        assert.deepEqual(states, ["miss", ...hostileIds.slice(1).map(() => "hit")]);
        assert.deepEqual(await handle.ids(), hostileIds.slice(1).toSorted());
      },
    },
    {
      name: "what one has stored, the other reads",
      needs: ["shared"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fill(id);
        assert.equal(await other.value(id), `value of ${id}`);
        const [here, there] = [await one.stamp(), await other.stamp()];
        assert.deepEqual([there.epoch, there.position], [here.epoch, here.position]);
      },
    },
  ],
};
