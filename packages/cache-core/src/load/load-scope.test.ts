import { describe, expect, test } from "vitest";
import type { CacheEntry, Stamp } from "../storage/cache-storage.ts";
import { Flight } from "./flight.ts";
import { currentLoad, LoadScope, partOf } from "./load-scope.ts";

const ledger = {};
const at = (position: number, epoch = "e"): Stamp => ({ epoch, position, time: 1_000 });
const entry: CacheEntry = {
  id: "user:list:all",
  tags: ["user"],
  stamp: at(3),
  expiresAt: 5_000,
  staleUntil: 5_000,
  payload: 1,
  size: 1,
};

function make(stamp: Stamp | undefined = at(7)): LoadScope {
  const flight = new Flight({ began: 1, calls: at(0, "calls"), stamp, ledger: undefined });
  return new LoadScope(ledger, flight, undefined);
}

describe("LoadScope", () => {
  test("takes over tags, and the earliest expiry", () => {
    const scope = make();
    scope.add(partOf(ledger, entry, at(7), true));
    scope.add(partOf(ledger, { ...entry, tags: ["group"], expiresAt: 9_000 }, at(7), true));
    expect([...scope.tags]).toEqual(["user", "group"]);
    expect(scope.expiresAt).toBe(5_000);
    expect(scope.stamp).toEqual(at(7));
  });

  test("takes over the smallest position at which a part was verified, and keeps its own time", () => {
    const scope = make();
    scope.add(partOf(ledger, entry, { ...at(5), time: 9 }, true));
    scope.add(partOf(ledger, entry, at(6), true));
    scope.add(partOf(ledger, entry, at(8), true));
    expect(scope.stamp).toEqual(at(5));
  });

  test("has no stamp with a part of another epoch, of another ledger, or that had expired", () => {
    for (const part of [
      partOf(ledger, entry, at(7, "f"), true),
      partOf({}, entry, at(7), true),
      partOf(ledger, entry, at(7), false),
    ]) {
      const scope = make();
      scope.add(part);
      expect(scope.stamp).toBeUndefined();
      scope.add(partOf(ledger, entry, at(7), true));
      expect(scope.stamp).toBeUndefined();
    }
  });

  test("has none when its load had none", () => {
    const flight = new Flight({
      began: 1,
      calls: at(0, "calls"),
      stamp: undefined,
      ledger: undefined,
    });
    const scope = new LoadScope(ledger, flight, undefined);
    scope.add(partOf(ledger, entry, at(7), true));
    expect(scope.stamp).toBeUndefined();
  });
});

describe("the current load", () => {
  test("is that of the code around, across awaits, as long as one is under way", async () => {
    const [one, other] = [make(), make()];
    const seen: unknown[] = [currentLoad.scope];
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const slow = currentLoad.run(one, async () => {
      await ended;
      seen.push(currentLoad.scope);
    });
    await currentLoad.run(other, async () => {
      await Promise.resolve();
      seen.push(currentLoad.scope);
      void left.promise.then(() => seen.push(currentLoad.scope));
    });
    seen.push(currentLoad.scope);
    end();
    await slow;
    left.resolve();
    await left.promise;
    expect(seen.map((scope) => (scope === one ? "one" : scope === other ? "other" : scope))).toEqual([
      undefined,
      "other",
      undefined,
      "one",
      undefined,
    ]);
  });

  test("is none after one that has failed", async () => {
    const failed = currentLoad.run(make(), async () => {
      await Promise.resolve();
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    expect(currentLoad.scope).toBeUndefined();
  });
});
