import { expect, test } from "vitest";
import { mapBounded } from "./map-bounded.ts";

test("keeps the order, and asks no more than five at once", async () => {
  let running = 0;
  let most = 0;
  const items = Array.from({ length: 23 }, (_, index) => index);
  const results = await mapBounded(items, async (item) => {
    most = Math.max(most, (running += 1));
    for (let turn = 0; turn < 30 - item; turn += 1) await Promise.resolve();
    running -= 1;
    return item * 2;
  });
  expect(results).toEqual(items.map((item) => item * 2));
  expect(most).toBe(5);
  expect(await mapBounded([], () => Promise.reject(new Error("never")))).toEqual([]);
});

test("begins nothing after a failure, and rejects with it", async () => {
  const begun: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  const mapping = mapBounded(items, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 7) throw new Error("seven");
  });
  await expect(mapping).rejects.toThrow("seven");
  const count = begun.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(count);
  expect(count).toBeLessThan(20);
});
