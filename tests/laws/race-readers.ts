import { sharedNow, type RecordedValue } from "@awsideman/cache-core/testing";
import { pause } from "./pause.ts";
import { anyItem, getItem, keyOf, loadItem, NoAnswer, tagsOf, type Act, type Part } from "./race-part.ts";
import type { Scenario } from "./scenario.ts";

export const readers: Record<Scenario["reading"], Act> = {
  async items(part) {
    const item = anyItem(part);
    await unlessThereIsNoAnswer(part.recorder.read(item, () => getItem(part, item), longestLife(part)));
    await pause(part.random() * 2);
  },

  /** Looked up, and set where nothing is found. */
  async "by-hand"(part) {
    const { cache, recorder, source, random, scenario } = part;
    const item = anyItem(part);
    const key = keyOf(item);
    const tags = tagsOf(item);
    await recorder.read(item, async () => {
      const found = await cache.get<RecordedValue>(key);
      if (found !== undefined) return found;
      // What is of the present moment needs no stamp, but other processes do not wait for the moment to pass.
      if (scenario.processes === 1 && random() < 0.5) {
        const value = { loadBegan: sharedNow(), version: source.read(item) };
        await cache.set(key, value, { tags });
        return value;
      }
      const stamp = await cache.begin();
      const value = await loadItem(part, item);
      if (stamp) await cache.set(key, value, { tags, stamp });
      return value;
    });
    await pause(random() * 2);
  },

  /** Two items read through the cache, and kept together: the pair must be as fresh as its parts. */
  async composites(part) {
    await readPair(part, "report:of", async (pair) => [
      await getItem(part, pair[0]),
      await getItem(part, pair[1]),
    ]);
  },

  /** What is not found in the cache comes from the source, past the cache, and what is made of both is kept. */
  async lookups(part) {
    if (part.random() < 0.5) return readers.items(part);
    await readPair(part, "report:found", async (pair) => {
      const found = await part.cache.getMany<RecordedValue>(pair.map(keyOf));
      return Promise.all(pair.map(async (item) => found.get(keyOf(item)) ?? loadItem(part, item)));
    });
  },
};

type Pair = readonly [string, string];

async function readPair(
  part: Part,
  name: string,
  load: (pair: Pair) => Promise<readonly RecordedValue[]>,
): Promise<void> {
  const pair: Pair = [anyItem(part), anyItem(part)];
  const begin = sharedNow();
  const reading = part.cache.getOrLoad(`${name}:${pair.join("-")}`, () => load(pair));
  const values = (await unlessThereIsNoAnswer(reading)) ?? [];
  for (const [index, { version, loadBegan = Infinity }] of values.entries()) {
    part.recorder.events.push({
      kind: "read",
      process: part.scenario.process,
      item: pair[index] as string,
      version,
      loadBegan,
      bestBefore: loadBegan + longestLife(part),
      begin,
      end: sharedNow(),
    });
  }
  await pause(part.random() * 2);
}

/** For how long anything may be served, one way or another. */
function longestLife({ scenario: { timeToLive, staleIfError, maxAge = Infinity } }: Part): number {
  return Math.min(timeToLive + staleIfError, maxAge);
}

async function unlessThereIsNoAnswer<Value>(reading: Promise<Value>): Promise<Value | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  }
}
