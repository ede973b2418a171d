import assert from "node:assert/strict";
import type { Examination } from "../../explain/examination.ts";
import { stepsRemembered } from "../../explain/step-history.ts";
import type { Topic } from "./check.ts";
import { tagsOf, type StorageHandle } from "./storage-handle.ts";

const id = "user:describe:u-1";

async function examine(handle: StorageHandle, tags = tagsOf(id)): Promise<Examination> {
  const seen = await handle.storage.examine?.(id, tags);
  assert.ok(seen, "it does not tell");
  return seen;
}

/** What was recorded last of all that concerns it. */
function lastStep({ lastInvalidation, steps }: Examination): object | undefined {
  return steps.find(({ position }) => position === lastInvalidation);
}

/** What a storage tells of an id to whoever asks why. */
export const examinations: Topic = {
  name: "examinations",
  checks: [
    {
      name: "an entry is told without its value, and where nothing is there, that",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        assert.equal((await examine(handle)).entry, undefined);
        await handle.fill(id, { tags: [...tagsOf(id), "besides"] });
        const reading = await handle.read(id);
        assert.equal(reading.state, "hit");
        if (reading.state !== "hit") return;
        const { payload: _, ...metadata } = { ...reading.entry };
        const { entry, at } = await examine(handle);
        assert.equal(entry?.id, id);
        assert.deepEqual([...entry.tags].toSorted(), [...reading.entry.tags].toSorted());
        assert.deepEqual(entry.stamp, metadata.stamp);
        assert.equal(entry.expiresAt, reading.entry.expiresAt);
        assert.equal(at.epoch, reading.at.epoch);
        assert.equal(at.position, reading.at.position);
      },
    },
    {
      name: "what has expired is there, as long as it is of use when its source fails",
      needs: ["examines", "time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { ttl: 1_000, staleFor: 5_000 });
        await run.advance(2_000);
        const { entry, at } = await examine(handle);
        assert.ok(entry && entry.expiresAt <= at.time && at.time < entry.staleUntil);
      },
    },
    {
      name: "what has made an entry invalid is told: when, and what for",
      needs: ["examines", "time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { tags: [...tagsOf(id), "besides"] });
        await run.advance(1_000);
        const at = await handle.invalidate({ tags: ["besides"], cause: "DeleteUser" });
        await run.advance(1_000);
        await handle.invalidate({ tags: ["other"], cause: "DeleteGroup" });
        const seen = await examine(handle, ["besides"]);
        assert.equal(seen.lastInvalidation, at.position);
        assert.deepEqual(lastStep(seen), {
          position: at.position,
          time: at.time,
          cause: "DeleteUser",
          everything: false,
        });
        if (seen.entry) assert.ok(seen.entry.stamp.position < seen.lastInvalidation);
        const absent = await handle.storage.examine?.("user:describe:u-9", ["besides"]);
        assert.equal(absent?.lastInvalidation, at.position, "where nothing is there");
      },
    },
    {
      name: "a pattern that concerns it is told, and one that does not is not",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        const at = await handle.invalidate({ patterns: ["user:*:u-1"], cause: "UpdateUser" });
        await handle.invalidate({ patterns: ["user:*:u-2"], cause: "UpdateUser" });
        assert.equal((await examine(handle)).lastInvalidation, at.position);
      },
    },
    {
      name: "what concerned everything is told at the floor",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        const at = await handle.invalidate({ everything: true });
        const { floor, steps } = await examine(handle);
        // What is behind it may name everything in another way.
        const told = floor === at.position ? steps.find(({ position }) => position === floor) : undefined;
        const { lastInvalidation } = await examine(handle);
        assert.ok(told?.everything === true || lastInvalidation === at.position);
      },
    },
    {
      name: "a step without a word for it is told without one",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        await handle.invalidate({ tags: [id] });
        assert.equal((lastStep(await examine(handle)) as { cause?: string }).cause, undefined);
      },
    },
    {
      name: "an operation under way is told, with its deadline, and its end",
      needs: ["examines", "time"],
      check: async (run) => {
        const handle = await run.open();
        const open = { operation: "write 1", lease: 60_000 };
        const { time } = await handle.invalidate({ tags: [id], open, cause: "UpdateUser" });
        const [mark, ...others] = (await examine(handle)).unsettled;
        assert.ok(mark?.kind === "operation", "it is not told");
        assert.deepEqual([mark.until, mark.cause, others], [time + 60_000, "UpdateUser", []]);
        const closed = await handle.invalidate({
          tags: [id],
          close: "write 1",
          settle: 5_000,
          cause: "UpdateUser",
        });
        assert.deepEqual((await examine(handle)).unsettled, [
          { kind: "settling", until: closed.time + 5_000, cause: "UpdateUser" },
        ]);
        await run.advance(5_001);
        assert.deepEqual((await examine(handle)).unsettled, []);
      },
    },
    {
      name: "an operation on a pattern is told, too, and one on something else is not",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        const open = (operation: string): { operation: string; lease: number } => ({
          operation,
          lease: 60_000,
        });
        await handle.invalidate({ patterns: ["user:*:u-1"], open: open("a"), cause: "A" });
        await handle.invalidate({ patterns: ["user:*:u-2"], open: open("b"), cause: "B" });
        await handle.invalidate({ tags: ["group"], open: open("c"), cause: "C" });
        const { unsettled } = await examine(handle);
        assert.deepEqual(
          unsettled.map((one) => one.kind === "operation" && one.cause),
          ["A"],
        );
      },
    },
    {
      name: "what was recorded elsewhere is told as well, and outlives the one who recorded it",
      needs: ["examines", "shared"],
      check: async (run) => {
        const other = await run.open();
        const at = await other.invalidate({ tags: [id], cause: "DeleteUser" });
        await run.close(other);
        const seen = await examine(await run.open());
        assert.equal(seen.lastInvalidation, at.position);
        assert.equal((lastStep(seen) as { cause?: string } | undefined)?.cause, "DeleteUser");
      },
    },
    {
      name: "it changes nothing",
      needs: ["examines", "time"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id);
        const before = await handle.stamp();
        await examine(handle);
        assert.equal((await handle.stamp()).position, before.position);
        assert.equal(await handle.state(id), "hit");
        await handle.fill(id, { ttl: 1_000, staleFor: 5_000 });
        await run.advance(2_000);
        await examine(handle);
        assert.equal(await handle.state(id), "stale");
        await handle.fill(id);
        await handle.invalidate({ tags: [id] });
        const { entry } = await examine(handle);
        assert.deepEqual((await examine(handle)).entry?.stamp, entry?.stamp, "what is not served any more");
      },
    },
    {
      name: "what is remembered of steps is bounded, and a step that is forgotten is not made up",
      needs: ["examines"],
      check: async (run) => {
        const handle = await run.open();
        const first = await handle.invalidate({ tags: [id], cause: "DeleteUser" });
        for (let step = 0; step < stepsRemembered + 300; step += 50) {
          await Promise.all(
            Array.from({ length: 50 }, (_, index) => handle.invalidate({ tags: [`t${index}`], cause: "B" })),
          );
        }
        const seen = await examine(handle);
        assert.equal(seen.lastInvalidation, first.position);
        const told = lastStep(seen) as { cause?: string } | undefined;
        assert.ok(told === undefined || told.cause === "DeleteUser");
      },
    },
  ],
};
