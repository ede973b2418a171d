import { text } from "node:stream/consumers";
import { systemClock } from "@awsideman/cache-core";
import { describe, expect, test } from "vitest";
import { openDiskStorage } from "../src/index.ts";
import { Harness, invalidation, temporaryDirectory } from "./support/harness.ts";
import { startProgram } from "./support/start-program.ts";

const everything = invalidation({ everything: true });
const targets = [
  ["everything", everything],
  ["a tag", invalidation({ tags: ["user"] })],
  ["a pattern", invalidation({ patterns: ["user:*:u"] })],
] as const;

describe.each(targets)("clearing %s counts what was there", (_, target) => {
  const ids = Array.from({ length: 600 }, (__, index) => `user:${index}:u`);

  async function filled(): Promise<{ harness: Harness; here: Storage; there: Storage }> {
    const harness = new Harness();
    const [here, there] = [await harness.open(), await harness.open()];
    for (const id of ids) await harness.fill(here, id);
    return { harness, here, there };
  }
  type Storage = Awaited<ReturnType<Harness["open"]>>;

  test("while another process stores the same entries anew", async () => {
    const { harness, here, there } = await filled();
    const clearing = here.clear(target);
    for (const id of ids) await harness.fill(there, id);
    expect(await clearing).toBe(600);
    expect(await there.usage()).toMatchObject({ entries: 600 });
  });

  test("while another process clears the same", async () => {
    const { here, there } = await filled();
    const counts = await Promise.all([here.clear(target), there.clear(target)]);
    expect(counts).toEqual([600, 0]);
  });

  test("while another process removes what cannot be served any more", async () => {
    const { harness, here, there } = await filled();
    const clearing = here.clear(target);
    const maintenance = harness.sqlite();
    maintenance.exec("delete from entry");
    expect(await clearing).toBe(600);
    expect(await there.usage()).toMatchObject({ entries: 0 });
  });

  test("after waiting for another process to finish writing", async () => {
    const { harness, here } = await filled();
    const other = harness.sqlite();
    other.exec("begin immediate; delete from entry where row <= 100");
    const clearing = here.clear(target);
    await harness.clock.advance(100);
    other.exec("commit");
    await harness.clock.advance(100);
    expect(await clearing).toBe(500);
  });
});

test(
  "what several processes store is counted once, by whichever clearing takes it away",
  { timeout: 120_000 },
  async () => {
    const cacheDir = temporaryDirectory();
    const context = { clock: systemClock, random: Math.random, emit: () => {} };
    const storage = await openDiskStorage({ cacheDir }, context);
    // Two of one storage, and one that is as good as in another process, all at the same time.
    const clearing = [storage, storage, await openDiskStorage({ cacheDir }, context)];
    let cleared = 0;
    let running = true;
    const stored = Promise.all(
      ["a", "b", "c"].map(async (name) => {
        const { stdout, stderr } = startProgram("storing-process.ts", cacheDir, name, "400");
        const [output, errors] = await Promise.all([text(stdout), text(stderr)]);
        expect(errors).toBe("");
        return Number(output);
      }),
    ).finally(() => (running = false));
    const counts = clearing.map(async (cache) => {
      for (let index = 0; running; index++) {
        const [, target] = targets[index % 2 === 0 ? 0 : 1] as (typeof targets)[number];
        // Not in one step with reading it: the others count meanwhile.
        const count = await cache.clear(index % 3 === 0 ? invalidation({ patterns: ["key:*:1"] }) : target);
        cleared += count;
        await new Promise<void>((resolve) => void setImmediate(resolve));
      }
    });
    await Promise.all(counts);
    cleared += await storage.clear(everything);
    const total = (await stored).reduce((sum, count) => sum + count, 0);
    for (const cache of clearing) cache.close();
    expect(cleared).toBe(total);
    expect(total).toBeGreaterThan(300);
  },
);
