import { once } from "node:events";
import { seededRandom } from "../packages/storage-disk/test/support/seeded-random.ts";
import { Durations, type StoredDurations } from "../packages/storage-disk/test/support/durations.ts";
import { diskCaches, type DiskCache } from "./disk-caches.ts";
import { sampleUser } from "./sample-user.ts";

/** What one process of the mix does. Passed to it as JSON. */
export interface MixOptions {
  /** Which of the caches. */
  readonly name: string;
  readonly folder: string;
  readonly keys: number;
  readonly operations: number;
  readonly seed: number;
}

export interface MixReport {
  readonly durations: Readonly<Record<"get" | "set" | "delete", StoredDurations>>;
  /** Gets that found something. */
  readonly hits: number;
  readonly errors: number;
}

const warmUp = 100;

const { name, folder, keys, operations, seed } = JSON.parse(process.argv[2] ?? "{}") as MixOptions;
const random = seededRandom(seed);
const cache = await open();
let hits = 0;
let made = 0;
let errors = 0;
for (let index = 0; index < warmUp; index++) await operate().catch(() => errors++);
process.send?.("ready");
await once(process, "message");

const durations = { get: new Durations(), set: new Durations(), delete: new Durations() };
hits = 0;
for (let index = 0; index < operations; index++) {
  const begin = performance.now();
  try {
    durations[await operate()].add(performance.now() - begin);
  } catch {
    errors++;
  }
}
const report: MixReport = {
  durations: {
    get: durations.get.toJSON(),
    set: durations.set.toJSON(),
    delete: durations.delete.toJSON(),
  },
  hits,
  errors,
};
await new Promise<void>((resolve) => void process.send?.(report, () => resolve()));
await cache.close();
process.disconnect();

async function open(): Promise<DiskCache> {
  const opener = diskCaches[name];
  if (opener === undefined) throw new Error(`There is no cache ${name}`);
  return opener(folder);
}

async function operate(): Promise<"get" | "set" | "delete"> {
  const key = `user:describe:user-${Math.floor(random() * keys)}`;
  const kind = random();
  if (kind < 0.9) {
    if ((await cache.get(key)) !== undefined) hits++;
    return "get";
  }
  if (kind < 0.99) {
    await cache.set(cache.loads === true ? `user:describe:new-${seed}-${made++}` : key, sampleUser(key));
    return "set";
  }
  await cache.delete(key);
  return "delete";
}
