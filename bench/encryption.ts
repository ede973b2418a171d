import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CacheManager, type StorageConfiguration } from "@awsideman/cache-core";
import { contest, type Contender, type Row } from "./contest.ts";

const users = 1_000;
const key = "0123456789abcdef".repeat(4);

/** A hit on disk with and without a key: a user of 250 bytes, and a page of 100 users that depends on each of them. */
export async function encryption(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-bench-"));
  try {
    const storages = [
      ["plain", { backend: "disk", config: { cacheDir: join(folder, "plain") } }],
      [
        "encrypted",
        { backend: "disk", config: { cacheDir: join(folder, "encrypted") }, encryption: { key } },
      ],
    ] as const;
    const caches = await Promise.all(storages.map(([name, storage]) => opened(name, storage)));
    const rows = [
      ...(await contest(
        caches.map(({ name, cache }) => userHits(name, cache)),
        2_000,
      )),
      ...(await contest(
        caches.map(({ name, cache }) => pageHits(name, cache)),
        200,
      )),
      ...(await contest(
        caches.map(({ name, cache }) => sets(name, cache)),
        500,
      )),
    ];
    await Promise.all(caches.map(({ cache }) => cache.close()));
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function opened(
  name: string,
  storage: StorageConfiguration,
): Promise<{ readonly name: string; readonly cache: CacheManager }> {
  const cache = new CacheManager({ defaultTtl: Infinity, namespace: "o-1234567890" });
  await cache.configureStorage(storage);
  for (let index = 0; index < users; index++)
    await cache.getOrLoad(`user:describe:u-${index}`, () => user(index));
  const tags = Array.from({ length: 100 }, (_, index) => `user:u-${index}`);
  const page = Array.from({ length: 100 }, (_, index) => user(index));
  await cache.getOrLoad("user:list:all", () => page, { tags });
  return { name, cache };
}

function userHits(name: string, cache: CacheManager): Contender {
  return {
    name: `${name}, a user`,
    async run(count) {
      for (let index = 0; index < count; index++)
        await cache.getOrLoad(`user:describe:u-${index % users}`, missing);
    },
  };
}

function pageHits(name: string, cache: CacheManager): Contender {
  return {
    name: `${name}, a page of 100`,
    async run(count) {
      for (let index = 0; index < count; index++) await cache.getOrLoad("user:list:all", missing);
    },
  };
}

function sets(name: string, cache: CacheManager): Contender {
  let next = 0;
  return {
    name: `${name}, a miss that is stored`,
    async run(count) {
      for (let index = 0; index < count; index++)
        await cache.getOrLoad(`user:describe:new-${next++}`, () => user(1));
    },
  };
}

function missing(): never {
  throw new Error("It is not there");
}

function user(index: number): object {
  return {
    IdentityStoreId: "d-9067642ac7",
    UserId: `906764${index}-1df5a3b2-4e6c-4f7a-9b8d-0c1e2f3a4b5c`,
    UserName: `ada.lovelace-${index}`,
    Name: { GivenName: "Ada", FamilyName: "Lovelace" },
    DisplayName: "Ada Lovelace",
    Emails: [{ Value: `ada-${index}@example.com`, Type: "work", Primary: true }],
    UserStatus: "ENABLED",
  };
}
