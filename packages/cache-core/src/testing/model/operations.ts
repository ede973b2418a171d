import { catalogue, nameOf, targetsOfChange } from "./catalogue.ts";
import type { Performance } from "./performance.ts";
import { GaveUp, look, read, tagsOf } from "./performed-reads.ts";
import { invalidate, write } from "./performed-writes.ts";
import type { Action } from "./plan.ts";
import { describeValue, type ModelValue } from "./source.ts";

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

  write,
};

/** Something that an actor does to the cache, and what is seen of it. */
export async function perform<Kind extends Action["kind"]>(
  part: Performance,
  action: Action & { kind: Kind },
): Promise<void> {
  await performers[action.kind](part, action);
}
