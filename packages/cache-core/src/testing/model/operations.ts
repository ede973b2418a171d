import type { Cache, LoadOptions, WriteWindow } from "../../cache.ts";
import { catalogue, type Item, memberOf, nameOf, targetsOfChange } from "./catalogue.ts";
import type { Observations } from "./observations.ts";
import type { Action, Plan } from "./plan.ts";
import { Random } from "./random.ts";
import type { SimulatedProcess, Simulation } from "./simulation.ts";
import { describeValue, type ModelPart, type ModelValue, type Source, SourceFailure } from "./source.ts";

/** Who does it, where, and with what. */
export interface Performance {
  readonly cache: Cache;
  /** A cache of any process, for what may be ended elsewhere. */
  readonly elsewhere: () => { readonly cache: Cache; readonly process: string };
  readonly process: SimulatedProcess;
  readonly simulation: Simulation;
  readonly source: Source;
  readonly observations: Observations;
  readonly plan: Plan;
}

/** All in milliseconds. A write is applied in time, and settles for longer than the source lags behind. */
const times = {
  settle: 15,
  /** A request that nobody waits for any more is applied by then. */
  appliedWithin: 15,
  /** What settles where nobody knows whether it was applied. */
  unknownSettle: 40,
  lease: 60,
  /** A mark older than this is renewed before the request is sent. */
  renewAfter: 20,
  asynchronousLease: 150,
  asynchronousWork: 60,
  /** For how long an expired value may be served. */
  grace: 100,
  refreshAhead: 1_000,
} as const;

type Performers = {
  readonly [Kind in Action["kind"]]: (part: Performance, action: Action & { kind: Kind }) => Promise<unknown>;
};

const performers: Performers = {
  read: (part, { key, slow, giveUp }) => {
    const controller = new AbortController();
    if (giveUp > 0) part.simulation.schedule(giveUp, () => controller.abort(new GaveUp()));
    return read(part, key, slow, giveUp > 0 ? controller.signal : undefined);
  },

  async "read-many"({ cache, process, simulation, observations }, { keys }) {
    const begin = simulation.moment();
    const found = await cache.getMany<ModelValue>(keys);
    const end = simulation.moment();
    for (const [key, value] of found) {
      simulation.tell(`has got ${key}: ${describeValue(value)}`);
      observations.read(value, { process: process.name, key, begin, end, source: "cache", grace: 0 });
    }
  },

  async set(part, { key, stamped }) {
    const { cache, process, simulation, observations } = part;
    if (catalogue[key]?.parts) return;
    const begin = simulation.moment();
    const stamp = stamped ? await cache.begin() : undefined;
    if (stamped && stamp === undefined) return;
    if (stamped) await simulation.step();
    if (part.source.isDownFor(key)) return;
    const at = simulation.moment();
    const value = look(part, key, at);
    if (stamped) await simulation.step();
    const set = { by: process.name, at };
    // Without a stamp other processes cannot know since when it is good, nor anybody until when.
    const given = { ...value, set, ...(stamp === undefined && { loadBegan: Infinity, versions: {} }) };
    await cache.set(key, given, { ttl: part.plan.ttl, tags: tagsOf(value), ...(stamp && { stamp }) });
    observations.called({
      process: process.name,
      names: [`=${key}`],
      begin,
      end: simulation.moment(),
      settle: 0,
    });
  },

  delete: (part, { key }) => invalidate(part, [`=${key}`], 0, () => part.cache.delete(key)),
  invalidate: (part, { target }) =>
    invalidate(part, [nameOf(target)], 0, () => part.cache.invalidate(target)),
  clear: (part, { target }) => invalidate(part, [nameOf(target)], 0, () => part.cache.clear(target)),

  async change(part, { item }) {
    await part.simulation.step();
    part.source.change(item);
    await part.simulation.step();
    const targets = targetsOfChange[item];
    await invalidate(part, targets.map(nameOf), 0, () => part.cache.invalidate(targets));
  },

  async write(part, { item, outcome, pause }) {
    const { cache, simulation } = part;
    const targets = targetsOfChange[item];
    const names = targets.map(nameOf);
    let marked = simulation.time;
    let opened: WriteWindow | undefined;
    await invalidate(part, names, 0, async () => (opened = await cache.beginWrite(targets, times.lease)));
    const window = opened as WriteWindow;
    const close = (settle: number): Promise<void> =>
      invalidate(part, names, settle, () => window.close(settle));
    await simulation.step(pause);
    if (simulation.time - marked > times.renewAfter) {
      marked = simulation.time;
      await invalidate(part, names, 0, () => window.renew());
    }
    // A mark that may be about to run out is no protection: then nothing is sent.
    if (outcome === "failed" || simulation.time - marked > times.renewAfter) return close(times.settle);
    switch (outcome) {
      case "answered":
        await send(part, item, simulation.random.between(0, times.appliedWithin));
        await simulation.step();
        return close(times.settle);
      case "unknown":
        void send(part, item, simulation.random.between(0, times.appliedWithin));
        await simulation.step();
        return close(times.unknownSettle);
      case "abandoned":
        void send(part, item, simulation.random.between(0, times.appliedWithin));
        return;
      case "asynchronous":
        return writeAsynchronously(part, item, window);
    }
  },
};

/** Something that an actor does to the cache, and what is seen of it. */
export async function perform<Kind extends Action["kind"]>(
  part: Performance,
  action: Action & { kind: Kind },
): Promise<void> {
  await performers[action.kind](part, action);
}

/** A reader has lost patience. */
class GaveUp extends Error {
  override readonly name = "GaveUp";
}

/** Reads through the cache, and resolves with what it got; undefined when the reader gave up. */
async function read(
  part: Performance,
  key: string,
  slow: number,
  signal?: AbortSignal,
): Promise<ModelPart | undefined> {
  const { cache, process, simulation, observations, plan } = part;
  const begin = simulation.moment();
  const grace = plan.staleIfError ? times.grace : 0;
  const options: LoadOptions<ModelValue> = {
    ttl: plan.ttl,
    tags: tagsOf,
    staleIfError: grace,
    refreshAhead: plan.refreshAhead ? times.refreshAhead : 0,
    ...(signal && { signal }),
  };
  simulation.tell(`reads ${key}`);
  try {
    const answer = await cache.getOrLoadWithDetails<ModelValue>(key, () => load(part, key, slow), options);
    const { value, source } = answer;
    simulation.tell(`has got ${key} from the ${source}: ${describeValue(value)}`);
    const isStale = source === "stale";
    const end = simulation.moment();
    observations.read(value, { process: process.name, key, begin, end, source, grace: isStale ? grace : 0 });
    return { value, isStale };
  } catch (error) {
    if (error instanceof GaveUp) return undefined;
    if (!(error instanceof SourceFailure)) throw error;
    simulation.tell(`has got a failure of ${error.key}, asked for at ${error.loadBegan}`);
    const end = simulation.moment();
    observations.failed(error, { process: process.name, key, begin, end });
    throw error;
  }
}

async function load(part: Performance, key: string, slow: number): Promise<ModelValue> {
  const { simulation, source } = part;
  const loadBegan = simulation.moment();
  simulation.tell(`loads ${key}`);
  await simulation.step(slow + simulation.random.delay());
  const value = look(part, key, loadBegan);
  const isDown = source.isDownFor(key);
  const { parts: names = [], looksUp = false } = catalogue[key] ?? {};
  const made = await (looksUp ? lookUp(part, names) : readParts(part, names));
  await simulation.step();
  if (isDown) throw new SourceFailure(key, loadBegan);
  return { ...value, ...made };
}

/** What a value is made of, and what it had to do without. */
type Made = Pick<ModelValue, "parts" | "absent">;

async function readParts(part: Performance, keys: readonly string[]): Promise<Made> {
  const parts: ModelPart[] = [];
  const absent: { key: string; since: number }[] = [];
  for (const key of keys) {
    try {
      const got = await read(part, key, 0);
      if (got) parts.push(got);
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error;
      absent.push({ key, since: error.loadBegan });
    }
  }
  return { parts, absent };
}

async function lookUp({ cache, simulation }: Performance, keys: readonly string[]): Promise<Made> {
  const since = simulation.moment();
  const found = await cache.getMany<ModelValue>(keys);
  return {
    parts: [...found.values()].map((value) => ({ value, isStale: false })),
    absent: keys.filter((key) => !found.has(key)).map((key) => ({ key, since })),
  };
}

/** What the source says of a key at this moment. */
function look({ source, simulation }: Performance, key: string, loadBegan: number): ModelValue {
  const shown = (catalogue[key]?.items ?? []).map((item) => [item, source.read(item)] as const);
  const value = { key, loadBegan, versions: Object.fromEntries(shown), parts: [], absent: [] };
  simulation.tell(`the source says ${JSON.stringify(value.versions)}`);
  return value;
}

/** What a value depends on besides its key, which is partly known from the value alone. */
function tagsOf({ key, versions }: ModelValue): readonly string[] {
  const group = versions["g1"];
  return [...(catalogue[key]?.tags ?? []), ...(group === undefined ? [] : [memberOf(group)])];
}

/** Does what invalidates, and notes what may be relied on afterwards. */
async function invalidate(
  { process, simulation, observations }: Performance,
  names: readonly string[],
  settle: number,
  action: () => Promise<unknown>,
): Promise<void> {
  const begin = simulation.moment();
  simulation.tell(`invalidates ${names.join(" ")}${settle > 0 ? `, settling for ${settle}` : ""}`);
  await action();
  simulation.tell(`has invalidated ${names.join(" ")}`);
  observations.called({ process: process.name, names, begin, end: simulation.moment(), settle });
}

/** Sends a request, which arrives whatever becomes of the sender. Resolves when it was applied. */
function send({ simulation, source }: Performance, item: Item, delay: number): Promise<void> {
  return new Promise((resolve) => {
    simulation.as({ name: "the source", random: new Random(0), process: undefined }, () =>
      simulation.schedule(delay, () => {
        source.change(item);
        resolve();
      }),
    );
  });
}

/** The source has accepted the request and goes on by itself; somebody, somewhere, sees it end. */
async function writeAsynchronously(part: Performance, item: Item, window: WriteWindow): Promise<void> {
  const { process, simulation } = part;
  const names = targetsOfChange[item].map(nameOf);
  const operation = `operation-${simulation.moment()}`;
  await simulation.step();
  const handOver = (): Promise<void> => window.handOver(operation, times.asynchronousLease);
  await invalidate(part, names, 0, handOver);
  await send(part, item, simulation.random.between(0, times.asynchronousWork));
  await simulation.step();
  const { cache, process: name } = part.elsewhere();
  const settle = (): Promise<void> => cache.settle(operation, times.settle);
  // Another process knows only the name of the operation: what that is about, the ledger knows if it was recorded.
  await (name === process.name ? invalidate(part, names, times.settle, settle) : settle());
}
