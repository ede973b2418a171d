import { expect, test } from "vitest";
import { makeCache } from "../../test/support/make-cache.ts";

test("each entry is told with the targets that would drop it, every caller's, and nothing is changed", async () => {
  const { cache } = makeCache();
  const other = cache.withScope({ caller: "you" });
  await cache.getOrLoad("user:describe:u-1", () => 1, { tags: ["user:u-1"] });
  await other.getOrLoad("user:describe:u-1", () => 1, { tags: ["user:u-1"] });
  await cache.getOrLoad("user:list:all", () => 1, { tags: ["users:d-1"] });
  await cache.getOrLoad("group:list:all", () => 1);
  const targets = ["user:u-1", "user:*:u-1", "users:d-1", "group:members:*"];
  const explanation = await cache.explain(targets);
  expect(explanation.targets).toEqual(targets);
  const told = explanation.entries.map(
    ({ key, caller, because }) => `${caller} ${key}: ${because.join(" ")}`,
  );
  expect(new Set(told)).toEqual(
    new Set([
      " user:describe:u-1: user:u-1 user:*:u-1",
      "you user:describe:u-1: user:u-1 user:*:u-1",
      " user:list:all: users:d-1",
    ]),
  );
  expect(await cache.has("user:list:all")).toBe(true);
  expect((await cache.explain("*")).entries).toHaveLength(4);
});
