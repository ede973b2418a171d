import type { CacheManager } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import { findKey } from "./find-key.ts";

const first = 'user:list:all:IdentityStoreId="d-1"';
const later = `user:list:all:IdentityStoreId="d-1"&NextToken="t":1551b753-9e7e-418c-9818-0c5c7ebfa212`;
const one = 'user:describe:u-1:IdentityStoreId="d-1"';

function find(text: string, ...keys: readonly string[]): Promise<string> {
  const entries = async function* (): AsyncGenerator<{ readonly key: string }> {
    for (const key of keys) yield { key };
  };
  return findKey({ manager: { entries } as unknown as CacheManager }, text);
}

test.each([
  ["user:li", first],
  ["user:list:all", first],
  [first, first],
  [later, later],
  [later.slice(0, -1), later],
  ["user:describe", one],
  ["group:list", "group:list"],
])("%s is %s", async (text, key) => {
  expect(await find(text, first, later, one)).toBe(key);
});

test("several are named, and no more of them than can be read", async () => {
  const keys = Array.from({ length: 5 }, (_, id) => `group:describe:g-${id}`);
  await expect(find("group", ...keys, one)).rejects.toMatchObject({
    message: '5 keys begin with "group"',
    advice: "name one of them: group:describe:g-0, group:describe:g-1, group:describe:g-2, and 2 more",
    exitCode: 2,
  });
});
