import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { applyDamage, randomDamage, type Damage } from "./support/apply-damage.ts";
import { invalidation, valueOf } from "./support/harness.ts";
import {
  copyCache,
  databaseFiles,
  makeCacheModel,
  randomFrom,
  wrongAnswers,
  type CacheModel,
} from "./support/damaged-cache.ts";

/** Set the variable to look for longer: a hundred take about a second. */
const trials = Number(process.env["DAMAGE_TRIALS"] ?? 150);
const quarantine = 15 * 60_000;

test("the model answers what it should, undamaged", async () => {
  const model = await makeCacheModel();
  const copy = copyCache(model);
  const storage = await copy.open();
  expect(await wrongAnswers(storage, model.expected)).toEqual([]);
  for (const [id, payload] of model.expected)
    expect([id, (await storage.read(id)).state]).toEqual([id, payload === undefined ? "miss" : "hit"]);
  expect(copy.troubles).toEqual([]);
});

/** Damages a copy of the cache, reads everything in it, and uses it further. Returns whether anything was noticed. */
async function survive(model: CacheModel, suffix: string, damages: readonly Damage[]): Promise<boolean> {
  const copy = copyCache(model);
  applyDamage(copy.databaseFile() + suffix, damages);
  const storage = await copy.open();
  const wrong = await wrongAnswers(storage, model.expected);
  await storage.invalidate(invalidation({ tags: ["user"] }));
  await copy.fill(storage, "user:describe:7");
  // Whatever was found out until then: now it works.
  await copy.clock.advance(quarantine);
  const { outcome } = await copy.fill(storage, "user:describe:7", { payload: Buffer.from("new") });
  const found = await valueOf(storage, "user:describe:7");
  expect({ damages, wrong, outcome, found }).toEqual({ damages, wrong: [], outcome: "stored", found: "new" });
  storage.close();
  return copy.troubles.length > 0;
}

describe("damage to a database that nobody has open is never answered from, and the cache works again", () => {
  test.each(databaseFiles)("at random in <database>%s", async (suffix) => {
    const model = await makeCacheModel();
    const size = readFileSync(model.harness.databaseFile() + suffix).length;
    let noticed = 0;
    for (let trial = 0; trial < trials; trial++)
      if (await survive(model, suffix, randomDamage(size, randomFrom(trial)))) noticed++;
    // The index of the log is made anew by the one who opens it.
    expect(noticed > trials / 10).toBe(suffix !== "-shm");
  });

  test("wherever the ledger knows of something that an entry depends on", async () => {
    const model = await makeCacheModel({ inLog: false });
    const content = readFileSync(model.harness.databaseFile());
    const [epoch] = (model.harness.markers()[0] as string).split(".");
    // The numbers of the ledger follow the name of the epoch.
    const places = ["user:describe:7", "user:*:40", epoch as string].flatMap((name) =>
      placesOf(content, name).map((at) => ({ from: at - 8, to: at + name.length + 16 })),
    );
    // Twice in the ledger, and twice in the list of patterns, at least; and in the entry.
    expect(places.length).toBeGreaterThan(5);
    const bits = places.flatMap(({ from, to }) =>
      Array.from({ length: (to - from) * 8 }, (_, bit) => ({ offset: from + (bit >> 3), bit: bit & 7 })),
    );
    const step = Math.max(1, Math.floor(bits.length / trials));
    for (let index = 0; index < bits.length; index += step)
      await survive(model, "", [{ kind: "flip", ...(bits[index] as { offset: number; bit: number }) }]);
  });
});

describe("damage to a database that processes have open is never answered from", () => {
  const program = fileURLToPath(new URL("fixtures/damaging-process.ts", import.meta.url));

  test.each(databaseFiles)(
    "at random in <database>%s",
    { timeout: 120_000 + 100 * trials },
    async (suffix) => {
      const model = await makeCacheModel();
      const length = readFileSync(model.harness.databaseFile() + suffix).length;
      const child = fork(program, { execArgv: ["--conditions=@awsideman/source"] });
      await once(child, "message");
      try {
        for (let trial = 0; trial < trials / 2; trial++) {
          const random = randomFrom(trial);
          const copy = copyCache(model);
          const [first, second] = [await copy.open(), await copy.open()];
          const expected = new Map(model.expected);
          await first.read("user:describe:20");
          const file = copy.databaseFile() + suffix;
          // The index of the log says in its first kilobyte which page is where. Cut off, it ends every process that has it
          // mapped: nothing can be done about that.
          const size = suffix === "-shm" && trial % 2 === 0 ? 1_024 : length;
          const damages = randomDamage(size, random).filter(
            ({ kind }) => kind === "flip" || suffix !== "-shm",
          );
          const invalidate = async (id: string): Promise<void> => {
            await second.invalidate(invalidation({ tags: [id] }));
            expected.set(id, undefined);
          };
          await invalidate("user:describe:30");
          child.send({ file, damages });
          await once(child, "message");
          await invalidate("user:describe:31");
          const wrong = [...(await wrongAnswers(first, expected)), ...(await wrongAnswers(second, expected))];
          const third = await copy.open();
          await invalidate("user:describe:32");
          for (const storage of [third, first]) wrong.push(...(await wrongAnswers(storage, expected)));
          expect({ trial, damages, wrong }).toEqual({ trial, damages, wrong: [] });
          for (const storage of [first, second, third]) storage.close();
        }
      } finally {
        child.disconnect();
      }
    },
  );
});

function placesOf(content: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = content.indexOf(text); at !== -1; at = content.indexOf(text, at + 1)) places.push(at);
  return places;
}
