import { sharedNow } from "@awsideman/cache-core/testing";
import { pause } from "./pause.ts";
import { keyOf, loadTime, ownItem, tagsOf, type Act } from "./race-part.ts";
import type { Scenario } from "./scenario.ts";

export const writers: Record<Scenario["writing"], Act> = {
  async invalidate(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const version = part.source.change(item);
    // By turns in each of the ways in which it can be named.
    const targets = [...tagsOf(item), keyOf(item), "item:describe:*", `item:*:${item}`];
    const target = targets[Math.floor(part.random() * targets.length)] as string;
    await part.recorder.invalidation([item], () => part.cache.invalidate(target));
    part.recorder.settled(item, version);
  },

  async delete(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const version = part.source.change(item);
    await part.recorder.invalidation([item], () => part.cache.delete(keyOf(item)));
    part.recorder.settled(item, version);
  },

  async set(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    // So that somebody loads the old value while the new one is set.
    await part.cache.delete(keyOf(item));
    const stamp = await part.cache.begin();
    await pause(part.random() * loadTime);
    const version = part.source.change(item);
    const value = { version, loadBegan: sharedNow() };
    await pause(part.random() * loadTime);
    if (stamp === undefined) return;
    await part.cache.set(keyOf(item), value, { stamp, tags: tagsOf(item) });
    part.recorder.settled(item, version);
  },

  async window(part) {
    const item = ownItem(part);
    await pause(part.random() * 12);
    const window = await part.cache.beginWrite(tagsOf(item), part.scenario.lease);
    await pause(part.random() * loadTime);
    const version = part.source.change(item);
    await pause(part.random() * loadTime);
    const settle = part.scenario.lag * 1.5;
    await part.recorder.invalidation([item], () => window.close(settle));
    part.recorder.settled(item, version, settle);
  },

  /** A writer that disappears after it has sent, while another comes and goes: what bounds the damage is the lease. */
  async "abandoned-window"(part) {
    const { lease } = part.scenario;
    const item = ownItem(part);
    const opened = sharedNow();
    await part.cache.beginWrite(tagsOf(item), lease);
    const other = await part.cache.beginWrite(tagsOf(item), lease);
    await pause(part.random() * loadTime);
    await other.close(0);
    await pause(lease * (0.3 + 0.4 * part.random()));
    // Nobody may send when his lease has run out, which happens to processes that were kept waiting; it may also run out
    // while he sends, and then nothing is promised.
    if (sharedNow() > opened + lease) return;
    const version = part.source.change(item);
    const left = opened + lease - sharedNow();
    if (left > 0) part.recorder.settled(item, version, left + 50);
    await pause(lease);
  },

  /** A write that goes on after its answer, until it is seen to have ended. */
  async operation(part) {
    const { lease, lag } = part.scenario;
    const item = ownItem(part);
    await pause(part.random() * 12);
    const window = await part.cache.beginWrite(tagsOf(item), lease);
    await window.handOver(`operation:${item}`, lease);
    await pause(part.random() * 20);
    const version = part.source.change(item);
    await pause(part.random() * loadTime);
    const settle = lag * 1.5;
    await part.recorder.invalidation([item], () => part.cache.settle(`operation:${item}`, settle));
    part.recorder.settled(item, version, settle);
  },
};
