import { keyFronts } from "@awsideman/aws-client";
import { expect, test } from "vitest";
import { alsoToldBy, resourcePatterns } from "./resource-patterns.ts";

test("a resource is its own keys, and those of others that tell of it", () => {
  expect(resourcePatterns("permission-set")).toEqual(["permission_set:*", "assignment:*"]);
  expect(resourcePatterns("Policy")).toEqual(["policy:*"]);
});

test("only keys that there are tell of a resource", () => {
  const fronts = new Set(keyFronts().flatMap((front) => [front, front.split(":")[0]]));
  const unknown = Object.entries(alsoToldBy)
    .flatMap(([resource, others]) => [resource, ...others])
    .filter((front) => !fronts.has(front));
  expect(unknown).toEqual([]);
});

test.each(["usr", "permission sets", "users"])("%s is none, and the one that was meant is named", (given) => {
  expect(() => resourcePatterns(given)).toThrow(
    expect.objectContaining({
      message: `there is no resource "${given}"`,
      advice: expect.stringMatching(/^did you mean (?:user|permission_set)\? resources are account, /),
      exitCode: 2,
    }),
  );
});

test.each(["constructor", "__proto__", ""])("%j is none", (given) => {
  expect(() => resourcePatterns(given)).toThrow("there is no resource");
});
