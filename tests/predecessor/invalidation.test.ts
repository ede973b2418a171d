import type { CacheStorage } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { expect, test } from "vitest";
import {
  isHit,
  newManager,
  startFixture,
  type Fixture,
} from "../../packages/aws-client/test/support/fixture.ts";
import {
  settleOrganisation,
  type Organisation,
} from "../../packages/aws-client/test/support/organisation.ts";

async function prepare(
  options: Parameters<typeof startFixture>[0] = {},
): Promise<Fixture & { readonly organisation: Organisation }> {
  const fixture = await startFixture(options);
  return { ...fixture, organisation: settleOrganisation(fixture.sim) };
}

test("B2: who has changed a user reads the change, described and listed, without asking for it", async () => {
  const { identityStore, organisation } = await prepare();
  const { IdentityStoreId, ada: UserId } = organisation;
  const read = async (): Promise<unknown[]> => [
    (await identityStore.describeUser({ IdentityStoreId, UserId })).DisplayName,
    (await identityStore.listUsers({ IdentityStoreId })).Users?.[0]?.DisplayName,
  ];
  await read();
  const Operations = [{ AttributePath: "displayName", AttributeValue: "Augusta" }];
  await identityStore.updateUser({ IdentityStoreId, UserId, Operations });
  expect(await read()).toEqual(["Augusta", "Augusta"]);
});

test("B3: invalidating by hand drops what it names, and not the rest", async () => {
  const { identityStore, cache, organisation } = await prepare();
  const { IdentityStoreId } = organisation;
  const users = (): Promise<{ readonly $metadata: object }> => identityStore.listUsers({ IdentityStoreId });
  const groups = (): Promise<{ readonly $metadata: object }> => identityStore.listGroups({ IdentityStoreId });
  await Promise.all([users(), groups()]);
  await cache.invalidate("user:*");
  expect([isHit(await users()), isHit(await groups())]).toEqual([false, true]);
});

test("B8: each request has its own state, creation and deletion apart, and none is kept before it is final", async () => {
  const { ssoAdmin, organisation, clock } = await prepare({ operationDuration: 1000 });
  const { InstanceArn, full: PermissionSetArn, production, staging, ada, ben } = organisation;
  const assignment = {
    InstanceArn,
    PermissionSetArn,
    TargetType: "AWS_ACCOUNT",
    PrincipalType: "USER",
  } as const;
  const { AccountAssignmentCreationStatus: created } = await ssoAdmin.createAccountAssignment({
    ...assignment,
    TargetId: staging,
    PrincipalId: ben,
  });
  const { AccountAssignmentDeletionStatus: deleted } = await ssoAdmin.deleteAccountAssignment({
    ...assignment,
    TargetId: production,
    PrincipalId: ada,
  });
  const states = async (): Promise<unknown[]> => {
    const creation = await ssoAdmin.describeAccountAssignmentCreationStatus({
      InstanceArn,
      AccountAssignmentCreationRequestId: created?.RequestId,
    });
    const deletion = await ssoAdmin.describeAccountAssignmentDeletionStatus({
      InstanceArn,
      AccountAssignmentDeletionRequestId: deleted?.RequestId,
    });
    return [creation.AccountAssignmentCreationStatus, deletion.AccountAssignmentDeletionStatus].map(
      (status) => [status?.RequestId, status?.Status],
    );
  };
  const ids = [created?.RequestId, deleted?.RequestId];
  for (const _ of [1, 2]) expect(await states()).toEqual(ids.map((id) => [id, "IN_PROGRESS"]));
  await clock.advance(1000);
  for (const _ of [1, 2]) expect(await states()).toEqual(ids.map((id) => [id, "SUCCEEDED"]));
});

test("B19: what was read before a write is not stored after it", async () => {
  const { identityStore, organisation, sim } = await prepare();
  const { IdentityStoreId } = organisation;
  const hold = sim.faults.hold({ operation: "ListGroups", when: "after" });
  const early = identityStore.listGroups({ IdentityStoreId });
  await hold.reached;
  await identityStore.createGroup({ IdentityStoreId, DisplayName: "writers" });
  hold.release();
  await early;
  expect((await identityStore.listGroups({ IdentityStoreId })).Groups).toHaveLength(3);
});

test("B26: invalidating by a pattern reads no entry, however many there are", async () => {
  const clock = new FakeClock();
  const storage = openMemoryStorage({}, { clock, random: () => 0.5, emit: () => undefined });
  const called: string[] = [];
  const watched = new Proxy(storage, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...given: readonly unknown[]): unknown => {
        called.push(String(name));
        return (member as (...given: readonly unknown[]) => unknown).apply(target, [...given]);
      };
    },
  }) as CacheStorage;
  const cache = newManager(clock, watched);
  for (let user = 0; user < 500; user++) await cache.set(`user:describe:${user}`, user);
  called.length = 0;
  await cache.invalidate(["user:*", "group:*:g-1"]);
  expect(called).toEqual(["invalidate"]);
  expect(await cache.has("user:describe:1")).toBe(false);
});
