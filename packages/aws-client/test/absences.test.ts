import { ResourceNotFoundException } from "@aws-sdk/client-identitystore";
import { ResourceNotFoundException as NotFoundInSso } from "@aws-sdk/client-sso-admin";
import { expect, test } from "vitest";
import { cacheMetadata } from "../src/index.ts";
import { dataOf, failureOf, startFixture, type Fixture } from "./support/fixture.ts";

const nobody = "00000000-0000-0000-0000-000000000000";
const named = (AttributePath: string, AttributeValue: string): object => ({
  AlternateIdentifier: { UniqueAttribute: { AttributePath, AttributeValue } },
});
const inStore = ["identityStore", ResourceNotFoundException] as const;
const inInstance = ["ssoAdmin", NotFoundInSso] as const;

type LookUp = readonly [
  method: string,
  client: "identityStore" | "ssoAdmin",
  error: typeof ResourceNotFoundException | typeof NotFoundInSso,
  input: object,
];

const lookUps: readonly [LookUp, ...LookUp[]] = [
  ["getUserId", ...inStore, named("userName", "zoe")],
  ["getGroupId", ...inStore, named("displayName", "zoologists")],
  ["describeUser", ...inStore, { UserId: nobody }],
  ["describeGroup", ...inStore, { GroupId: nobody }],
  ["describeGroupMembership", ...inStore, { MembershipId: nobody }],
  ["getGroupMembershipId", ...inStore, { GroupId: nobody, MemberId: { UserId: nobody } }],
  ["describePermissionSet", ...inInstance, { PermissionSetArn: "none" }],
  ["getPermissionsBoundaryForPermissionSet", ...inInstance, { PermissionSetArn: "bare" }],
];

type Method = (input: object) => Promise<{ $metadata: object }>;

function caller(
  fixture: Fixture,
  [method, client, , input]: LookUp,
): (from?: Pick<Fixture, "identityStore" | "ssoAdmin">) => Promise<{ $metadata: object }> {
  const { IdentityStoreId, InstanceArn, sim } = fixture;
  let whole: Record<string, unknown> = {
    ...input,
    ...(client === "identityStore" ? { IdentityStoreId } : { InstanceArn }),
  };
  if ("PermissionSetArn" in whole) {
    const arn = sim.console.createPermissionSet({ Name: "bare" });
    whole = {
      ...whole,
      PermissionSetArn: whole["PermissionSetArn"] === "bare" ? arn : `${arn.slice(0, -4)}ffff`,
    };
  }
  return (from = fixture) => {
    const target = from[client] as unknown as Record<string, Method>;
    const call = target[method] as Method;
    return call.call(target, whole);
  };
}

test.each(lookUps)("%s asks once for what is not there, and throws the same again", async (...lookUp) => {
  const fixture = await startFixture();
  const { sim, clock } = fixture;
  const call = caller(fixture, lookUp);
  const first = await failureOf(call());
  await clock.advance(1500);
  const calls = sim.calls.total;
  const second = await failureOf(call());
  expect(sim.calls.total).toBe(calls);
  expect(second).not.toBe(first);
  expect(second).toBeInstanceOf(lookUp[2]);
  expect(second).toBeInstanceOf(Error);
  const { RequestId: _, message: __, ...fields } = dataOf(first) as Record<string, unknown>;
  expect(dataOf(second)).toEqual(fields);
  expect([second.name, second.message]).toEqual(["ResourceNotFoundException", first.message]);
  expect(cacheMetadata(first as unknown as { $metadata: object })).toBeUndefined();
  expect(second["$metadata"]).toEqual({
    httpStatusCode: (first["$metadata"] as { httpStatusCode: number }).httpStatusCode,
    attempts: 0,
    totalRetryDelay: 0,
    cache: { hit: true, source: "cache", age: 1500 },
  });
});

test("what is not there is looked for again after a minute", async () => {
  const fixture = await startFixture();
  const call = caller(fixture, lookUps[0]);
  await failureOf(call());
  await fixture.clock.advance(59_999);
  await failureOf(call());
  expect(fixture.sim.calls.of("GetUserId").received).toBe(1);
  await fixture.clock.advance(1);
  await failureOf(call());
  expect(fixture.sim.calls.of("GetUserId").received).toBe(2);
});

test("that a permission set has no boundary is kept as long as a boundary would be", async () => {
  const fixture = await startFixture();
  const call = caller(fixture, lookUps.at(-1) as LookUp);
  await failureOf(call());
  await fixture.clock.advance(10 * 60_000 - 1);
  await failureOf(call());
  expect(fixture.sim.calls.of("GetPermissionsBoundaryForPermissionSet").received).toBe(1);
  await fixture.clock.advance(1);
  await failureOf(call());
  expect(fixture.sim.calls.of("GetPermissionsBoundaryForPermissionSet").received).toBe(2);
});

test.each([{ ttl: { absence: 0 } }, { ttl: { commands: { GetUserId: 0 } } }, { ttl: 0 }])(
  "with %o what is not there is not kept, and the error is AWS's own",
  async (client) => {
    const fixture = await startFixture({ client });
    const call = caller(fixture, lookUps[0]);
    await failureOf(call());
    const second = await failureOf(call());
    expect(second["$metadata"]).toMatchObject({ attempts: 1, requestId: expect.any(String) });
    expect(fixture.sim.calls.of("GetUserId").received).toBe(2);
  },
);

test("a longer time to live of a command is not that of what is not there", async () => {
  const fixture = await startFixture({ client: { ttl: { commands: { GetUserId: Infinity } } } });
  const call = caller(fixture, lookUps[0]);
  await failureOf(call());
  await fixture.clock.advance(60_000);
  await failureOf(call());
  expect(fixture.sim.calls.of("GetUserId").received).toBe(2);
});

test("who asks at once shares the request, and each has an error of his own", async () => {
  const fixture = await startFixture();
  const call = caller(fixture, lookUps[0]);
  const errors = await Promise.all([1, 2, 3].map(() => failureOf(call())));
  expect(fixture.sim.calls.of("GetUserId").received).toBe(1);
  expect(new Set(errors).size).toBe(3);
  expect(errors.map(({ name }) => name)).toEqual(errors.map(() => "ResourceNotFoundException"));
});

const writes: readonly (readonly [string, number, (fixture: Fixture) => Promise<unknown>])[] = [
  [
    "a user that is created",
    0,
    ({ identityStore, IdentityStoreId }) =>
      identityStore.createUser({
        IdentityStoreId,
        UserName: "zoe",
        DisplayName: "Z",
        Name: { GivenName: "Z", FamilyName: "Z" },
      }),
  ],
  [
    "a user that gets the name",
    0,
    async ({ identityStore, IdentityStoreId, sim }) => {
      const UserId = sim.console.createUser({ UserName: "zachary" });
      const Operations = [{ AttributePath: "userName", AttributeValue: "zoe" }];
      await identityStore.updateUser({ IdentityStoreId, UserId, Operations });
    },
  ],
  [
    "a group that is created",
    1,
    ({ identityStore, IdentityStoreId }) =>
      identityStore.createGroup({ IdentityStoreId, DisplayName: "zoologists" }),
  ],
  [
    "a group that gets the name",
    1,
    async ({ identityStore, IdentityStoreId, sim }) => {
      const GroupId = sim.console.createGroup("zealots");
      const Operations = [{ AttributePath: "displayName", AttributeValue: "zoologists" }];
      await identityStore.updateGroup({ IdentityStoreId, GroupId, Operations });
    },
  ],
];

test.each(writes)("%s is found by another process at once", async (_, index, write) => {
  const fixture = await startFixture();
  const lookUp = lookUps[index];
  if (lookUp === undefined) throw new Error("There is no such look-up");
  const call = caller(fixture, lookUp);
  const other = fixture.start();
  await failureOf(call(other));
  await write(fixture);
  expect(cacheMetadata(await call(other))).toBeUndefined();
});

test("a membership and a permissions boundary are found as soon as they are there", async () => {
  const { identityStore, ssoAdmin, IdentityStoreId, InstanceArn, sim } = await startFixture();
  const UserId = sim.console.createUser({ UserName: "zoe" });
  const GroupId = sim.console.createGroup("zoologists");
  const member = { IdentityStoreId, GroupId, MemberId: { UserId } };
  await failureOf(identityStore.getGroupMembershipId(member));
  const { MembershipId } = await identityStore.createGroupMembership(member);
  expect(await identityStore.getGroupMembershipId(member)).toMatchObject({ MembershipId });

  const set = { InstanceArn, PermissionSetArn: sim.console.createPermissionSet({ Name: "bare" }) };
  const PermissionsBoundary = { ManagedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
  await failureOf(ssoAdmin.getPermissionsBoundaryForPermissionSet(set));
  await ssoAdmin.putPermissionsBoundaryToPermissionSet({ ...set, PermissionsBoundary });
  expect(await ssoAdmin.getPermissionsBoundaryForPermissionSet(set)).toMatchObject({ PermissionsBoundary });
});

test("a permission set is found as soon as AWS has it everywhere, also when its ARN was never answered", async () => {
  const { ssoAdmin, InstanceArn, sim, clock } = await startFixture({
    propagationLag: 2000,
    client: { settle: 3000 },
  });
  sim.faults.add({ kind: "drop-after-apply", operation: "CreatePermissionSet" });
  await failureOf(ssoAdmin.createPermissionSet({ InstanceArn, Name: "lost" }));
  const set = { InstanceArn, PermissionSetArn: sim.state.permissionSets[0]?.permissionSetArn };
  expect((await failureOf(ssoAdmin.describePermissionSet(set))).name).toBe("ResourceNotFoundException");
  await clock.advance(2000);
  expect((await ssoAdmin.describePermissionSet(set)).PermissionSet).toMatchObject({ Name: "lost" });
});

test.each(["AccessDeniedException", "ThrottlingException", "ValidationException", "InternalServerException"])(
  "%s of a look-up is not kept",
  async (error) => {
    const fixture = await startFixture();
    const call = caller(fixture, lookUps[0]);
    fixture.sim.faults.add({ kind: "error-before", operation: "GetUserId", error, message: "because" });
    expect((await failureOf(call())).name).toBe(error);
    expect((await failureOf(call())).name).toBe("ResourceNotFoundException");
  },
);

test("a wrong identity store is not kept", async () => {
  const { identityStore, sim } = await startFixture();
  const wrong = { IdentityStoreId: "d-0000000000", UserId: nobody };
  for (const _ of [1, 2]) {
    const { ResourceType } = await failureOf(identityStore.describeUser(wrong));
    expect(ResourceType).toBe("IDENTITY_STORE");
  }
  expect(sim.calls.of("DescribeUser").received).toBe(2);
});
