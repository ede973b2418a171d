import type { Cache } from "@awsideman/cache-core";
import { sharedNow, type HistoryRecorder, type RecordedValue } from "@awsideman/cache-core/testing";
import { pause } from "./pause.ts";
import type { Scenario } from "./scenario.ts";
import type { SourceOfTruth } from "./source-of-truth.ts";

/** What those who take part in a race work with. */
export interface Part {
  readonly cache: Cache;
  readonly recorder: HistoryRecorder;
  readonly source: SourceOfTruth;
  readonly random: () => number;
  readonly scenario: Scenario;
  readonly actor: number;
}

export type Act = (part: Part) => Promise<void>;

/** How long the source may take, in milliseconds, before and after it is looked at. */
export const loadTime = 4;

/** The source's answer that there is no such item, in this version of it. */
export class Absence extends Error {
  readonly value: RecordedValue;

  constructor(value: RecordedValue) {
    super(`Version ${value.version} is not there`);
    this.value = value;
  }
}

/** The source's failure to answer. */
export class NoAnswer extends Error {}

/** An item as the cache gives it, its absence included. @throws NoAnswer */
export async function getItem(part: Part, item: string): Promise<RecordedValue> {
  const { staleIfError, refreshAhead, maxAge = Infinity } = part.scenario;
  try {
    const options = { tags: tagsOf(item), staleIfError, refreshAhead, maxAge };
    return await part.cache.getOrLoad(keyOf(item), () => loadItem(part, item), options);
  } catch (error) {
    if (error instanceof Absence) return error.value;
    throw error;
  }
}

/** An item as the source gives it. @throws Absence or NoAnswer */
export async function loadItem({ random, source, scenario }: Part, item: string): Promise<RecordedValue> {
  const loadBegan = sharedNow();
  await pause(random() * loadTime);
  const version = source.read(item);
  await pause(random() * loadTime);
  if (scenario.source === "absences" && version % 2 === 1) throw new Absence({ version, loadBegan });
  if (scenario.source === "failures" && random() < 0.5) throw new NoAnswer("The source does not answer");
  return { version, loadBegan };
}

export function keyOf(item: string): string {
  return `item:describe:${item}`;
}

export function tagsOf(item: string): string[] {
  return [`item-id:${item}`];
}

export function anyItem({ random, scenario }: Part): string {
  return `i${Math.floor(random() * scenario.items)}`;
}

/** Each process, and each of its writers, writes items of its own. */
export function ownItem({ random, scenario, actor }: Part): string {
  const stride = scenario.processes * scenario.writers;
  const first = scenario.index * scenario.writers + (actor - scenario.readers);
  const count = Math.max(1, Math.floor((scenario.items - first + stride - 1) / stride));
  return `i${first + stride * Math.floor(random() * count)}`;
}
