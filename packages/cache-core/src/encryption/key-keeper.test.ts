import type { CacheStorage } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import { entryOf, fill, look, SharedStore } from "../../test/support/encrypted.ts";
import { bound } from "../../test/support/late-storage.ts";

test("while a storage recovers, nobody who wants to fill it makes it take longer", async () => {
  const store = new SharedStore();
  const { bare, clock } = store;
  // Something was invalidated before anybody owned it: then what was marked has to settle first.
  await bare.invalidate({ tags: ["user"], patterns: [] });
  const until = clock.now() + 900_000;
  const recovering = (): boolean => clock.now() < until;
  const storage: CacheStorage = {
    ...bound(bare),
    capabilities: bare.capabilities,
    write: (entry, supersedes) =>
      recovering() ? { outcome: "dropped", reason: "busy" } : bare.write(entry, supersedes),
    condition: () => (recovering() ? { state: "recovering", until } : { state: "good" }),
  };
  const before = (await bare.stamp()).position;
  const encrypted = await store.open("a", storage);
  for (let count = 0; count < 20; count++) await fill(encrypted, `user:describe:u-${count}`, "value");
  expect((await bare.stamp()).position).toBe(before);
  // And then it is somebody's.
  await clock.advance(900_000);
  await encrypted.write(entryOf("user:list:all", "value", await encrypted.stamp()));
  await clock.advance(900_000);
  expect(await fill(encrypted, "user:list:all", "value")).toBe("stored");
  expect(await look(encrypted, "user:list:all")).toBe("value");
});
