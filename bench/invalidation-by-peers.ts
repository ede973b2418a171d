import path from "node:path";
import { KeyvSqlite } from "@keyv/sqlite";
import { BentoCache, bentostore } from "bentocache";
import { fileDriver } from "bentocache/drivers/file";
import { memoryDriver } from "bentocache/drivers/memory";
import cacache from "cacache";
import { Keyv } from "keyv";
import { median, withRatios, type Row } from "./contest.ts";
import { withScratchFolder } from "./scratch-folder.ts";

interface Peer {
  readonly name: string;
  /** How many keys to cover: what takes minutes to fill is left out. */
  readonly coverage: readonly number[];
  /** Sets so many keys of a group. */
  fill(group: string, keys: readonly string[]): Promise<void>;
  invalidate(group: string, keys: readonly string[]): Promise<unknown>;
  has(group: string, key: string): Promise<boolean>;
}

/** How often, by how many keys. */
const rounds: ReadonlyMap<number, number> = new Map([
  [1, 9],
  [1_000, 5],
  [100_000, 2],
]);

/** How others do away with so many keys at once, by whatever means they have. */
export async function invalidationByPeers(): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const memory = bentostore().useL1Layer(memoryDriver({ maxItems: 1_000_000, serialize: false }));
    const files = bentostore().useL2Layer(
      fileDriver({ directory: path.join(folder, "bentocache"), pruneInterval: false }),
    );
    const peers = [
      bentocache("bentocache in memory, deleteByTag", memory, [1, 1_000, 100_000]),
      bentocache("bentocache, files, deleteByTag", files, [1, 1_000]),
      keyv(path.join(folder, "keyv.sqlite")),
      cacacheByKey(path.join(folder, "cacache")),
    ];
    const rows: Row[] = [];
    for (const peer of peers) rows.push(...(await measure(peer)));
    return rows;
  });
}

async function measure(peer: Peer): Promise<Row[]> {
  const medians: Omit<Row, "ratio">[] = [];
  for (const covered of peer.coverage) {
    const times: number[] = [];
    for (let round = 0; round < (rounds.get(covered) ?? 1); round++) {
      const group = `list-${covered}-${round}`;
      const keys = Array.from({ length: covered }, (_, index) => `member-${group}-m-${index}`);
      await peer.fill(group, keys);
      const last = keys.at(-1) as string;
      if (!(await peer.has(group, last))) throw new Error(`${peer.name}: ${last} is not there`);
      const begin = performance.now();
      await peer.invalidate(group, keys);
      times.push((performance.now() - begin) * 1_000);
      if (await peer.has(group, last)) throw new Error(`${peer.name}: ${last} is still there`);
    }
    const count = `${covered.toLocaleString("en")} ${covered === 1 ? "key" : "keys"}`;
    medians.push({ name: `${peer.name}, ${count}`, median: median(times), unit: "us" });
  }
  return withRatios(medians);
}

function bentocache(name: string, store: ReturnType<typeof bentostore>, coverage: readonly number[]): Peer {
  const cache = new BentoCache({ default: "store", stores: { store }, ttl: 600_000 });
  return {
    name,
    coverage,
    async fill(group, keys) {
      for (const key of keys) await cache.set({ key, value: { key }, tags: [group] });
      // Its tags know milliseconds only.
      await new Promise((resolve) => void setTimeout(resolve, 2));
    },
    invalidate: (group) => cache.deleteByTag({ tags: [group] }),
    has: async (_, key) => (await cache.get({ key })) !== undefined,
  };
}

/** It has namespaces, and no tags: clearing one is a statement. */
function keyv(file: string): Peer {
  const namespaces = new Map<string, Keyv>();
  const open = (namespace: string): Keyv => {
    const store = new KeyvSqlite({
      uri: `sqlite://${file}`,
      wal: true,
      busyTimeout: 5_000,
      driver: "node:sqlite",
    });
    const opened = namespaces.get(namespace) ?? new Keyv({ store, namespace, throwOnErrors: true });
    namespaces.set(namespace, opened);
    return opened;
  };
  return {
    name: "keyv, sqlite, clear of a namespace",
    coverage: [1, 1_000, 100_000],
    async fill(group, keys) {
      for (let from = 0; from < keys.length; from += 1_000)
        await open(group).setMany(keys.slice(from, from + 1_000).map((key) => ({ key, value: { key } })));
    },
    invalidate: (group) => open(group).clear(),
    has: async (group, key) => (await open(group).get(key)) !== undefined,
  };
}

/** It has neither: somebody has to know the keys. */
function cacacheByKey(folder: string): Peer {
  return {
    name: "cacache, key by key",
    coverage: [1, 1_000],
    async fill(_, keys) {
      for (const key of keys) await cacache.put(folder, key, JSON.stringify({ key }));
    },
    async invalidate(_, keys) {
      for (const key of keys) await cacache.rm.entry(folder, key);
    },
    has: async (_, key) => (await cacache.get.info(folder, key)) !== null,
  };
}
