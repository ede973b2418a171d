import type { LoadOptions } from "../../cache.ts";
import { catalogue, memberOf } from "./catalogue.ts";
import { type Performance, times } from "./performance.ts";
import { type ModelPart, type ModelValue, SourceFailure, describeValue } from "./source.ts";

/** A reader has lost patience. */
export class GaveUp extends Error {
  override readonly name = "GaveUp";
}

/** Reads through the cache, and resolves with what it got; undefined when the reader gave up. */
export async function read(
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
export function look({ source, simulation }: Performance, key: string, loadBegan: number): ModelValue {
  const shown = (catalogue[key]?.items ?? []).map((item) => [item, source.read(item)] as const);
  const value = { key, loadBegan, versions: Object.fromEntries(shown), parts: [], absent: [] };
  simulation.tell(`the source says ${JSON.stringify(value.versions)}`);
  return value;
}

/** What a value depends on besides its key, which is partly known from the value alone. */
export function tagsOf({ key, versions }: ModelValue): readonly string[] {
  const group = versions["g1"];
  return [...(catalogue[key]?.tags ?? []), ...(group === undefined ? [] : [memberOf(group)])];
}
