import { CacheManager } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import { MembershipIndex } from "./membership-index.ts";

const membership = { identityStoreId: "d-1", membershipId: "m-1", groupId: "g-1", userId: "u-1" };

test("what a membership joins is found again, whoever has read it", async () => {
  const cache = new CacheManager();
  await new MembershipIndex(cache).remember([membership]);
  const index = new MembershipIndex(cache);
  expect(await index.find({ identityStoreId: "d-1", membershipId: "M-1" })).toMatchObject({
    groupId: "g-1",
    userId: "u-1",
  });
  expect(await index.find({ identityStoreId: "d-2", membershipId: "m-1" })).toBeUndefined();
  expect(await index.find({ identityStoreId: "", membershipId: "" })).toBeUndefined();
});

test("writes that concern the group or the user do not make it forget", async () => {
  const cache = new CacheManager();
  const index = new MembershipIndex(cache);
  await index.remember([membership]);
  await cache.invalidate(["group:members:*", "user:*", "principal:u-1", "memberships:d-1", "membership:m-1"]);
  expect(await index.find(membership)).toEqual(membership);
  await cache.invalidate("*");
  expect(await index.find(membership)).toBeUndefined();
});

test("what is made of answers does not depend on what is remembered of them", async () => {
  const cache = new CacheManager();
  const index = new MembershipIndex(cache);
  await cache.getOrLoad("report:list:all", async () => {
    await index.find({ identityStoreId: "d-1", membershipId: "m-2" });
    await index.remember([membership]);
  });
  const [report] = await Array.fromAsync(cache.entries("report:*"));
  expect(report?.tags.filter((tag) => tag.includes("membership_index"))).toEqual([]);
  expect(report?.tags).toContain("report:list");
});

test("remembering never fails, whatever there is to remember", async () => {
  const cache = new CacheManager();
  const index = new MembershipIndex(cache);
  await index.remember([
    { ...membership, groupId: "" },
    { ...membership, membershipId: "x".repeat(2000) },
    { ...membership, membershipId: "" },
  ]);
  expect(await index.find(membership)).toBeUndefined();
});
