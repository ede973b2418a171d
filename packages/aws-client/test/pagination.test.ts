import {
  ListUsersCommand,
  paginateListUsers,
  type ListUsersCommandOutput,
} from "@aws-sdk/client-identitystore";
import { describe, expect, test } from "vitest";
import { dataOf, failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";

const names = ["ada", "ben", "cleo", "dora", "emil"];

async function startWithUsers(options: Parameters<typeof startFixture>[0] = {}): Promise<Fixture> {
  const fixture = await startFixture({ pageSize: 2, ...options });
  for (const UserName of names) fixture.sim.console.createUser({ UserName });
  return fixture;
}

async function pagesOf(pages: AsyncIterable<ListUsersCommandOutput>): Promise<ListUsersCommandOutput[]> {
  const all: ListUsersCommandOutput[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

const namesIn = (pages: readonly ListUsersCommandOutput[]): (string | undefined)[] =>
  pages.flatMap(({ Users = [] }) => Users.map(({ UserName }) => UserName));

describe("a list of several pages", () => {
  test("is answered from the cache page by page, by either kind of paginator", async () => {
    const { identityStore, IdentityStoreId, sim } = await startWithUsers();
    const first = await pagesOf(paginateListUsers({ client: identityStore }, { IdentityStoreId }));
    const second = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    expect(namesIn(first)).toEqual(names);
    expect(first.map(isHit)).toEqual([false, false, false]);
    expect(second.map(isHit)).toEqual([true, true, true]);
    expect(second.map(dataOf)).toEqual(first.map(dataOf));
    expect(sim.calls.of("ListUsers").received).toBe(3);
  });

  test("has another key for another page size, filter or page", async () => {
    const { identityStore, IdentityStoreId } = await startWithUsers();
    await identityStore.listUsers({ IdentityStoreId });
    const filtered = [{ AttributePath: "UserName", AttributeValue: "ada" }];
    for (const other of [{ MaxResults: 1 }, { Filters: filtered }, { MaxResults: 1, Filters: filtered }]) {
      expect(isHit(await identityStore.listUsers({ IdentityStoreId, ...other }))).toBe(false);
    }
    const one = await identityStore.listUsers({ IdentityStoreId, MaxResults: 1 });
    expect([isHit(one), namesIn([one])]).toEqual([true, ["ada"]]);
  });

  test("has pages without rows", async () => {
    const { identityStore, IdentityStoreId } = await startWithUsers({ emptyPages: true });
    const first = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    const second = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    expect(namesIn(second)).toEqual(names);
    expect(second.every(isHit)).toBe(true);
    expect(second).toHaveLength(first.length);
  });

  test("does not keep the paginator's input, which changes between pages", async () => {
    const { identityStore, IdentityStoreId } = await startWithUsers();
    const input = { IdentityStoreId, MaxResults: 2 };
    const pending = identityStore.send(new ListUsersCommand(input));
    input.MaxResults = 1;
    input.IdentityStoreId = "d-0000000000";
    expect(namesIn([await pending])).toEqual(["ada", "ben"]);
    const again = await identityStore.listUsers({ IdentityStoreId, MaxResults: 2 });
    expect([isHit(again), namesIn([again])]).toEqual([true, ["ada", "ben"]]);
  });
});

describe("all pages of a list", () => {
  test("go with a write that concerns any of them", async () => {
    const { identityStore, IdentityStoreId, sim } = await startWithUsers();
    await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    const last = sim.state.users.at(-1);
    const Operations = [{ AttributePath: "userName", AttributeValue: "emilia" }];
    await identityStore.updateUser({ IdentityStoreId, UserId: last?.userId, Operations });
    const after = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    expect(after.map(isHit)).toEqual([false, false, false]);
    expect(namesIn(after)).toEqual([...names.slice(0, -1), "emilia"]);
  });

  test("go when the first one is gone: none is served or kept without it", async () => {
    const { identityStore, IdentityStoreId, cache, sim } = await startWithUsers();
    const [first] = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    const NextToken = first?.NextToken;
    expect(isHit(await identityStore.listUsers({ IdentityStoreId, NextToken }))).toBe(true);
    await cache.delete(`user:list:all:IdentityStoreId="${IdentityStoreId}"`);
    sim.calls.reset();
    for (let time = 0; time < 3; time++) {
      expect(isHit(await identityStore.listUsers({ IdentityStoreId, NextToken }))).toBe(false);
    }
    expect(sim.calls.total).toBe(3);
  });

  test("end with the first one's time, whenever they were read", async () => {
    const { identityStore, IdentityStoreId, clock } = await startWithUsers({ client: { ttl: 60_000 } });
    const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
    await clock.advance(59_000);
    await identityStore.listUsers({ IdentityStoreId, NextToken });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId, NextToken }))).toBe(true);
    await clock.advance(1001);
    expect(isHit(await identityStore.listUsers({ IdentityStoreId, NextToken }))).toBe(false);
    await identityStore.listUsers({ IdentityStoreId });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId, NextToken }))).toBe(false);
  });

  test("are kept for as long as the first one, and not at all when it goes meanwhile", async () => {
    const { identityStore, IdentityStoreId, clock, cache, sim } = await startWithUsers();
    const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
    await clock.advance(1000);
    const page = await identityStore.listUsers({ IdentityStoreId, NextToken });
    const expiries: number[] = [];
    for await (const { expiresAt } of cache.entries("user:list:*")) expiries.push(expiresAt);
    expect(expiries).toEqual([expiries[0], expiries[0]]);

    const hold = sim.faults.hold({ operation: "ListUsers" });
    const third = identityStore.listUsers({ IdentityStoreId, NextToken: page.NextToken });
    await hold.reached;
    await cache.delete(`user:list:all:IdentityStoreId="${IdentityStoreId}"`);
    hold.release();
    expect(namesIn([await third])).toEqual(["emil"]);
    let kept = 0;
    for await (const _ of cache.entries("user:list:*")) kept++;
    expect(kept).toBe(0);
  });

  test("are those of one time: a page of the list before is not served after a new first page", async () => {
    const { identityStore, IdentityStoreId, sim, cache } = await startWithUsers();
    const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
    await identityStore.listUsers({ IdentityStoreId, NextToken });
    // Behind the cache's back: nothing tells it but the end of the first page.
    sim.console.updateUser(sim.state.users[2]?.userId ?? "", {
      AttributePath: "userName",
      AttributeValue: "clea",
    });
    await cache.delete(`user:list:all:IdentityStoreId="${IdentityStoreId}"`);
    const pages = await pagesOf(identityStore.paginateListUsers({ IdentityStoreId }));
    expect(pages.map(isHit)).toEqual([false, false, false]);
    expect(namesIn(pages)).toEqual(["ada", "ben", "clea", "dora", "emil"]);
  });

  test("are those of one time, also when the first one alone was evicted", async () => {
    const fixture = await startWithUsers({ memory: { maxEntries: 3 } });
    const { identityStore, IdentityStoreId, sim, cache, clock } = fixture;
    const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
    await identityStore.listUsers({ IdentityStoreId, NextToken });
    const keys: string[] = [];
    for await (const { key, caller } of cache.entries("user:list:*")) keys.push(`${caller}|${key}`);
    const [caller = "", key = ""] =
      keys.find((id) => id.includes("NextToken") || !id.endsWith('"'))?.split("|") ?? [];
    await identityStore.listGroups({ IdentityStoreId });
    // Now the first page is the one that was not used for longest.
    await clock.advance(1_000);
    await cache.withScope({ caller }).get(key);
    await identityStore.listGroups({ IdentityStoreId, MaxResults: 1 });
    sim.console.updateUser(sim.state.users[2]?.userId ?? "", {
      AttributePath: "userName",
      AttributeValue: "clea",
    });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(false);
    expect(await cache.withScope({ caller }).has(key)).toBe(true);
    const second = await identityStore.listUsers({ IdentityStoreId, NextToken });
    expect([isHit(second), namesIn([second])]).toEqual([false, ["clea", "dora"]]);
  });

  test("go when AWS does not take a token any more", async () => {
    const { identityStore, IdentityStoreId, sim } = await startWithUsers();
    const { NextToken } = await identityStore.listUsers({ IdentityStoreId });
    sim.faults.add({ kind: "error-before", operation: "ListUsers", error: "ValidationException" });
    const failure = await failureOf(identityStore.listUsers({ IdentityStoreId, NextToken }));
    expect(failure.name).toBe("ValidationException");
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(false);
  });

  test("that rows were deleted from are found by what was in them, even when there are several", async () => {
    const { identityStore, ssoAdmin, IdentityStoreId, InstanceArn, sim, aws } = await startWithUsers({
      pageSize: 1,
    });
    const group = sim.console.createGroup("all");
    const ids = sim.state.users.map(({ userId }) => userId);
    for (const id of ids) sim.console.addMember(group, id);
    const PermissionSetArn = sim.console.createPermissionSet({ Name: "some" });
    const AccountId = sim.accountIds[1] ?? "";
    for (const principalId of ids) {
      sim.console.assign({
        accountId: AccountId,
        permissionSetArn: PermissionSetArn,
        principalType: "USER",
        principalId,
      });
    }
    const members = async (client: typeof identityStore): Promise<object[]> => {
      const pages: object[] = [];
      for await (const page of client.paginateListGroupMemberships({ IdentityStoreId, GroupId: group }))
        pages.push(dataOf(page));
      return pages;
    };
    const assignments = async (client: typeof ssoAdmin): Promise<boolean[]> => {
      const hits: boolean[] = [];
      for await (const page of client.paginateListAccountAssignments({
        InstanceArn,
        AccountId,
        PermissionSetArn,
      })) {
        hits.push(isHit(page));
      }
      return hits;
    };
    await members(identityStore);
    await assignments(ssoAdmin);
    expect(await assignments(ssoAdmin)).toEqual([true, true, true, true, true]);
    await identityStore.deleteUser({ IdentityStoreId, UserId: ids[3] });
    expect(await members(identityStore)).toEqual(await members(aws.identityStore));
    expect((await assignments(ssoAdmin)).some(Boolean)).toBe(false);
  });
});
