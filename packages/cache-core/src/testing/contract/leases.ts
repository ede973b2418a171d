import assert from "node:assert/strict";
import type { LoadLease, OthersLease, OwnLease } from "../../storage/load-lease.ts";
import type { Topic } from "./check.ts";
import type { StorageHandle } from "./storage-handle.ts";

const id = "user:describe:u-1";
const noSignal = new AbortController().signal;

async function ask(handle: StorageHandle, of: string = id, below = 0): Promise<LoadLease | undefined> {
  return (await handle.storage.read(of, below)).lease;
}

async function own(handle: StorageHandle): Promise<OwnLease> {
  const lease = await ask(handle);
  assert.equal(lease?.state, "yours");
  return lease as OwnLease;
}

async function others(handle: StorageHandle): Promise<OthersLease> {
  const lease = await ask(handle);
  assert.equal(lease?.state, "others");
  return lease as OthersLease;
}

/** Of those who load the same, one does. */
export const leases: Topic = {
  name: "leases",
  checks: [
    {
      name: "it gives none unless that was declared, and none to who does not load",
      check: async (run) => {
        const handle = await run.open();
        assert.equal((await handle.read(id)).lease, undefined);
        assert.equal((await ask(handle))?.state, run.options.leases === true ? "yours" : undefined);
      },
    },
    {
      name: "of two who would load the same one does, and who loads something else does, too",
      needs: ["leases"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await own(one);
        const { lapsesAfter, patience } = await others(other);
        assert.ok(lapsesAfter > 0 && patience > 0);
        // A reader of the same process has to wait for its load as well.
        await others(one);
        assert.equal((await ask(other, "user:describe:u-2"))?.state, "yours");
      },
    },
    {
      name: "who waits is woken when it is stored, and finds it",
      needs: ["leases"],
      check: async (run) => {
        const [one, other, third] = [await run.open(), await run.open(), await run.open()];
        const end = (await own(one)).keep();
        const waiting = Promise.all([
          (await others(other)).wait(noSignal),
          (await others(third)).wait(noSignal),
        ]);
        await one.fill(id);
        end(true);
        await waiting;
        for (const handle of [other, third]) {
          const { state, lease } = await handle.storage.read(id, 0);
          assert.deepEqual([state, lease], ["hit", undefined]);
        }
      },
    },
    {
      name: "who was told to wait hears of what has ended before he does",
      needs: ["leases"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await own(one);
        const { wait } = await others(other);
        await one.fill(id);
        await wait(noSignal);
        assert.equal(await other.state(id), "hit");
      },
    },
    {
      name: "who waits is woken when a load ends without an entry, and then everybody loads for himself",
      needs: ["leases"],
      check: async (run) => {
        const [one, other, third] = [await run.open(), await run.open(), await run.open()];
        const end = (await own(one)).keep();
        const waiting = (await others(other)).wait(noSignal);
        end(false);
        await waiting;
        for (const handle of [one, other, third]) assert.equal(await ask(handle), undefined);
      },
    },
    {
      name: "a fill that was kept out does not end the load of another",
      needs: ["leases"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        const stamp = await one.stamp();
        await one.invalidate({ tags: [id] });
        await own(one);
        assert.equal((await other.fill(id, { stamp })).outcome, "fenced");
        await others(other);
      },
    },
    {
      name: "a lease that nobody keeps lapses, and its owner says nothing about the next one",
      needs: ["leases", "time"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        const { keep } = await own(one);
        await run.advance((await others(other)).lapsesAfter - 1);
        await others(other);
        await run.advance(1);
        await own(other);
        keep()(false);
        await others(one);
      },
    },
    {
      name: "what is there is leased to who loads it again ahead of time, and to nobody else",
      needs: ["leases"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fill(id, { ttl: 60_000 });
        assert.equal(await ask(one), undefined);
        assert.equal(await ask(one, id, 1_000), undefined);
        assert.equal((await ask(one, id, 120_000))?.state, "yours");
        assert.equal((await ask(other, id, 120_000))?.state, "others");
        assert.equal(await other.state(id), "hit");
      },
    },
    {
      name: "what has expired is leased, and told all the same",
      needs: ["leases", "time"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await one.fill(id, { ttl: 1_000, staleFor: 60_000 });
        await run.advance(1_000);
        for (const [handle, expected] of [
          [one, "yours"],
          [other, "others"],
        ] as const) {
          const { state, lease } = await handle.storage.read(id, 0);
          assert.deepEqual([state, lease?.state], ["stale", expected]);
        }
      },
    },
    {
      name: "waiting ends with the signal",
      needs: ["leases"],
      check: async (run) => {
        const [one, other] = [await run.open(), await run.open()];
        await own(one);
        const controller = new AbortController();
        const waiting = (await others(other)).wait(controller.signal);
        controller.abort();
        await waiting;
        await (await others(other)).wait(AbortSignal.abort());
      },
    },
  ],
};
