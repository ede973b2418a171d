import { expect, test } from "vitest";
import { makeCache } from "../test/support/make-cache.ts";

test("a value with an older stamp does not take the place of one that is being set", async () => {
  const { cache } = makeCache();
  const stamp = await cache.begin();
  if (stamp === undefined) throw new Error("There is no stamp");
  const newer = cache.set("user:describe:x", "new");
  const older = cache.set("user:describe:x", "old", { stamp });
  await Promise.all([newer, older]);
  expect(await cache.get("user:describe:x")).toBe("new");
});

test("a value with an older stamp does not take the place of what was deleted since", async () => {
  const { cache } = makeCache();
  const stamp = await cache.begin();
  if (stamp === undefined) throw new Error("There is no stamp");
  const deleted = cache.delete("user:describe:x");
  await cache.set("user:describe:x", "old", { stamp });
  await deleted;
  expect(await cache.has("user:describe:x")).toBe(false);
});

test("nothing may be unsettled for longer than a new ledger waits", async () => {
  const { cache } = makeCache();
  await expect(cache.beginWrite(["user"], Infinity)).rejects.toThrow(RangeError);
  const window = await cache.beginWrite(["user"], 900_000);
  await expect(window.handOver("operation", 900_001)).rejects.toThrow(
    new RangeError("`lease` must be milliseconds from 0 to 900000, received 900001"),
  );
  await expect(window.close(Infinity)).rejects.toThrow(RangeError);
});

test("a value that was read when there was no stamp to be had is not stored, and supersedes all the same", async () => {
  const { cache, told } = makeCache();
  await cache.set("user:describe:x", "before");
  await cache.set("user:describe:x", "read at an unknown time", { stamp: undefined });
  expect(await cache.has("user:describe:x")).toBe(false);
  expect(told()).toContain("fenced");
});

test.each([{}, null, "stamp", { epoch: "e", position: "1", time: 0 }, { epoch: 1, position: 1, time: 0 }])(
  "%o is no stamp",
  async (stamp) => {
    const { cache } = makeCache();
    await expect(cache.set("user:describe:x", 1, { stamp: stamp as never })).rejects.toThrow(
      /^`stamp` must be what `begin` gave, received /,
    );
    await expect(cache.set("user:describe:x", 1, { stamp: stamp as never })).rejects.toThrow(TypeError);
    expect(await cache.has("user:describe:x")).toBe(false);
  },
);
