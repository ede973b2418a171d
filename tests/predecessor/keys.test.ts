import { Identitystore } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { createCachedClient } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { createStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import { dataOf, isHit, startFixture } from "../../packages/aws-client/test/support/fixture.ts";
import { settleOrganisation } from "../../packages/aws-client/test/support/organisation.ts";
import { readCommands, type ReadCommand } from "./every-read.ts";

type Ask = (command: ReadCommand, input: object) => Promise<{ readonly $metadata: object }>;

/** Wrapped clients of an AWS whose every answer tells which question it is the answer to. */
async function prepare(): Promise<Ask> {
  const cache = new CacheManager();
  cache.registerBackend("memory", createStorage);
  // Open before anybody asks: nothing is cached until then.
  await cache.configureStorage({ backend: "memory" });
  const config = { region: "us-east-1" };
  const originals = { identitystore: new Identitystore(config), "sso-admin": new SSOAdmin(config) };
  const clients = Object.entries(originals).map(([service, original]) => {
    original.send = async (command: { readonly input: object }) => {
      const asked = readCommands.find(({ name }) => `${name}Command` === command.constructor.name);
      return { ...asked?.answer(command.input), $metadata: {} } as never;
    };
    return [service, createCachedClient(original, { cache, caller: "test", quota: false })] as const;
  });
  const byService = Object.fromEntries(clients) as unknown as Record<string, Record<string, unknown>>;
  return ({ service, name }, input) => {
    const client = byService[service];
    const method = client?.[`${name.charAt(0).toLowerCase()}${name.slice(1)}`] as (
      input: object,
    ) => ReturnType<Ask>;
    return method.call(client, structuredClone(input));
  };
}

test("B4: different operations never share a key: every read has its own answer to the same input", async () => {
  const ask = await prepare();
  let cached = 0;
  for (const round of ["first", "again"]) {
    for (const command of readCommands) {
      const answer = await ask(command, command.input);
      expect([command.name, round, dataOf(answer)]).toEqual([
        command.name,
        round,
        command.answer(command.input),
      ]);
      if (isHit(answer)) cached++;
    }
  }
  expect(readCommands.length).toBe(50);
  // The others tell, or may tell, of what is on its way from one state to another.
  expect(cached).toBe(39);
});

test.each(readCommands)("B5: nothing that $name is told is left out of its key", async (command) => {
  const ask = await prepare();
  for (const _ of [1, 2]) {
    for (const [member, other] of Object.entries(command.others)) {
      for (const input of [command.input, other])
        expect([member, dataOf(await ask(command, input))]).toEqual([member, command.answer(input)]);
    }
  }
});

test("B9: a short page is no answer to who asks for all, and no list is taken for whole after its first page", async () => {
  const fixture = await startFixture({ pageSize: 2, population: { users: 5 } });
  const { identityStore, IdentityStoreId } = fixture;
  expect((await identityStore.listUsers({ IdentityStoreId, MaxResults: 1 })).Users).toHaveLength(1);
  for (const _ of [1, 2]) {
    let users = 0;
    for await (const { Users = [] } of identityStore.paginateListUsers({ IdentityStoreId }))
      users += Users.length;
    expect(users).toBe(5);
  }
});

test("B10: what an operation drops is what reads have stored, permission sets by their ARN included", async () => {
  const fixture = await startFixture();
  const { cache, identityStore, ssoAdmin } = fixture;
  const {
    IdentityStoreId,
    InstanceArn,
    admins: GroupId,
    full: PermissionSetArn,
  } = settleOrganisation(fixture.sim);
  const cases = [
    ["add_member", "group", GroupId, () => identityStore.listGroupMemberships({ IdentityStoreId, GroupId })],
    [
      "update",
      "permission_set",
      PermissionSetArn,
      () => ssoAdmin.describePermissionSet({ InstanceArn, PermissionSetArn }),
    ],
  ] as const;
  for (const [operation, resource, id, read] of cases) {
    await read();
    expect([operation, isHit(await read())]).toEqual([operation, true]);
    await cache.invalidateForOperation(operation, resource, id);
    expect([operation, isHit(await read())]).toEqual([operation, false]);
  }
});
