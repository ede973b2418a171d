import assert from "node:assert/strict";
import type { Topic } from "./check.ts";
import { turn, type ContractRun } from "./contract-run.ts";
import type { StorageHandle } from "./storage-handle.ts";

const id = "user:describe:u-1";

/**
 * Readers who load what they miss from a source, and writers who change it, in the order that the run's numbers give. No
 * reader may be told less than what the last invalidation that had returned was for.
 */
async function race(run: ContractRun, handles: readonly StorageHandle[]): Promise<void> {
  const keys = ["user:describe:u-1", "user:describe:u-2", "user:list:all"];
  const source = new Map(keys.map((key) => [key, 0]));
  /** The version of each key that every reader who begins now has to see. */
  const settled = new Map(source);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(run.random() * items.length)] as Item;
  const pause = async (): Promise<void> => {
    for (let turns = Math.floor(run.random() * 4); turns > 0; turns--) await turn();
  };
  let hits = 0;

  const read = async (handle: StorageHandle): Promise<void> => {
    const key = pick(keys);
    const least = settled.get(key) as number;
    const reading = await handle.read(key);
    if (reading.state === "hit") {
      hits++;
      const seen = handle.valueOf(reading) as number;
      assert.ok(seen >= least, `${key}: version ${seen} was served, ${least} was settled before`);
      return;
    }
    const value = source.get(key);
    await pause();
    await handle.fill(key, { stamp: reading.at, value });
  };

  const write = async (handle: StorageHandle): Promise<void> => {
    const key = pick(keys);
    const version = (source.get(key) as number) + 1;
    source.set(key, version);
    await pause();
    await pick([
      async () => handle.invalidate({ tags: [key] }),
      async () => handle.invalidate({ patterns: [key.replace("user:", "us*:")] }),
      async () => handle.clear({ tags: [key] }),
    ])();
    settled.set(key, Math.max(settled.get(key) as number, version));
  };

  const act = async (actor: number): Promise<void> => {
    for (let step = 0; step < 40; step++) {
      await (run.random() < 0.8 ? read : write)(handles[actor % handles.length] as StorageHandle);
      await pause();
    }
  };
  await Promise.all(Array.from({ length: 4 }, async (_, actor) => act(actor)));
  assert.ok(hits > 0, "nothing was ever served");
}

/** Calls that overlap, in one process and by several storages on one store. */
export const concurrency: Topic = {
  name: "concurrency",
  checks: [
    {
      name: "many reads at the same time get the same whole value",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: { list: Array.from({ length: 1_000 }, (_, index) => index) } });
        const values = await Promise.all(Array.from({ length: 50 }, async () => handle.value(id)));
        for (const value of values) assert.deepEqual(value, values[0]);
      },
    },
    {
      name: "of many fills of one key at the same time one wins, and is whole",
      check: async (run) => {
        const handle = await run.open();
        const stamp = await handle.stamp();
        const values = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
        const verdicts = await Promise.all(values.map(async (value) => handle.fill(id, { stamp, value })));
        assert.ok(verdicts.some(({ outcome }) => outcome === "stored"));
        assert.ok(verdicts.every(({ outcome }) => outcome === "stored" || outcome === "dropped"));
        assert.ok(values.includes((await handle.value(id)) as string));
        assert.equal((await handle.usage()).entries, 1);
      },
    },
    {
      name: "fills of different keys at the same time are all stored",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 50 }, (_, index) => `user:describe:u-${index}`);
        const verdicts = await Promise.all(ids.map(async (each) => handle.fill(each)));
        assert.ok(verdicts.every(({ outcome }) => outcome === "stored"));
        assert.deepEqual(await handle.ids(), ids.toSorted());
      },
    },
    {
      name: "no fill slips by an invalidation that is called at the same time",
      check: async (run) => {
        const handle = await run.open();
        for (let round = 0; round < 20; round++) {
          const stamp = await handle.stamp();
          const fills = Array.from({ length: 5 }, async () => handle.fill(id, { stamp, value: "old" }));
          await handle.invalidate({ tags: [id] });
          assert.equal(await handle.state(id), "miss");
          await Promise.all(fills);
          assert.equal(await handle.state(id), "miss");
        }
      },
    },
    {
      name: "invalidations at the same time are all recorded",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 30 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        const stamp = await handle.stamp();
        await Promise.all(ids.map(async (tag) => handle.invalidate({ tags: [tag] })));
        assert.deepEqual(await handle.ids(), []);
        assert.ok((await handle.stamp()).position >= stamp.position + ids.length);
        const changes = await handle.since(stamp);
        assert.deepEqual(changes.state === "changes" && changes.tags.toSorted(), ids.toSorted());
      },
    },
    {
      name: "clears at the same time count no entry twice",
      check: async (run) => {
        const handle = await run.open();
        const ids = Array.from({ length: 300 }, (_, index) => `user:describe:u-${index}`);
        await handle.fillAll(ids);
        const counts = await Promise.all([
          handle.clear({ tags: ["user"] }),
          handle.clear({ tags: ["user"] }),
        ]);
        assert.ok(counts[0] + counts[1] <= ids.length, `${counts.join(" and ")} of ${ids.length}`);
        assert.deepEqual(await handle.ids(), []);
      },
    },
    {
      name: "readers and writers in any order: nobody is told less than the last write that had returned",
      check: async (run) => race(run, [await run.open()]),
    },
    {
      name: "by two storages on one store: nobody is told less than the last write that had returned",
      needs: ["shared", "atOnce"],
      check: async (run) => race(run, [await run.open(), await run.open()]),
    },
  ],
};
