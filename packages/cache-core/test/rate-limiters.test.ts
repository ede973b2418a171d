import { expect, test } from "vitest";
import { CacheManager } from "../src/index.ts";
import { FakeClock } from "../src/testing/index.ts";

const rate = { callsPerSecond: 20, burst: 1 };

test("a limiter is the same for all who ask by its name, and is not kept for ever for those who do not", async () => {
  const clock = new FakeClock();
  const cache = new CacheManager({ clock });
  const first = cache.rateLimiter("store 0", rate);
  expect(cache.rateLimiter("store 0", rate)).toBe(first);
  const waiting = [first.acquire(), first.acquire()];
  await clock.advance(0);
  for (let store = 1; store < 1_000; store += 1) cache.rateLimiter(`store ${store}`, rate);
  expect(cache.rateLimiter("store 0", rate)).toBe(first);

  // There are a thousand, and only the first is needed: somebody waits.
  const second = cache.rateLimiter("store 1", rate);
  cache.rateLimiter("one more", rate);
  expect(cache.rateLimiter("store 0", rate)).toBe(first);
  expect(cache.rateLimiter("store 1", rate)).not.toBe(second);

  await clock.advance(3_600_000);
  await Promise.all(waiting);
  for (let store = 2_000; store < 3_000; store += 1) cache.rateLimiter(`store ${store}`, rate);
  expect(cache.rateLimiter("store 0", rate)).not.toBe(first);
  await cache.close();
});
