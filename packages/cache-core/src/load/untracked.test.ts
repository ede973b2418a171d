import { expect, test } from "vitest";
import { settle } from "../../test/support/late-storage.ts";
import { makeCache } from "../../test/support/make-cache.ts";

const whole = "assignment:list:all";
const part = "user:describe:u-1";

test("what is read untracked is no part of the value that is being loaded, however late it is read", async () => {
  const { cache } = makeCache();
  await cache.getOrLoad(whole, () =>
    cache.untracked(async () => {
      await settle();
      await cache.getOrLoad(part, () => 1, { ttl: 1, tags: ["group:g-1"] });
      return cache.get(part);
    }),
  );
  await settle();
  await cache.invalidate(["user:*", "group:g-1"]);
  expect(await cache.has(whole)).toBe(true);
});

test("what is read besides is a part as ever", async () => {
  const { cache } = makeCache();
  await cache.getOrLoad(whole, async () => {
    await cache.untracked(() => cache.get("group:describe:g-1"));
    return cache.getOrLoad(part, () => 1);
  });
  await settle();
  await cache.invalidate("group:describe:g-1");
  expect(await cache.has(whole)).toBe(true);
  await cache.invalidate(part);
  expect(await cache.has(whole)).toBe(false);
});

test("an error that is thrown untracked is the load's own, and one that is caught prevents nothing", async () => {
  const { cache } = makeCache();
  const failing = (): Promise<never> => Promise.reject(new Error("no"));
  await expect(
    cache.getOrLoad(whole, () => cache.untracked(() => cache.getOrLoad(part, failing))),
  ).rejects.toThrow("no");
  await cache.getOrLoad(whole, () =>
    cache.untracked(() => cache.getOrLoad(part, failing)).catch(() => "instead"),
  );
  await settle();
  expect(await cache.get(whole)).toBe("instead");
});

test("outside of loads it is only run", () => {
  const { cache } = makeCache();
  expect(cache.untracked(() => 7)).toBe(7);
});
