import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { isHit, startFixture, type Fixture } from "./support/fixture.ts";

const InstanceArn = "arn:aws:sso:::instance/ssoins-1";

/** A client for operations that the simulator does not play: AWS answers what the test says. */
async function prepare(answer: () => object): Promise<Fixture & { readonly client: SSOAdmin }> {
  const fixture = await startFixture();
  const aws = new SSOAdmin(fixture.sim.clientConfig);
  aws.send = async () => ({ ...answer(), $metadata: {} }) as never;
  const { cache, clock } = fixture;
  return { ...fixture, client: createCachedClient(aws, { cache, clock, settle: 0 }) };
}

const active = { RegionName: "eu-west-1", Status: "ACTIVE" };
const adding = { RegionName: "eu-north-1", Status: "ADDING" };

describe.each([
  [
    "listInstances",
    {},
    { Instances: [{ Status: "ACTIVE" }] },
    { Instances: [{ Status: "CREATE_IN_PROGRESS" }] },
  ],
  [
    "listInstances",
    {},
    { Instances: [{ Status: "ACTIVE", Regions: [active] }] },
    { Instances: [{ Status: "ACTIVE", Regions: [active, adding] }] },
  ],
  ["describeInstance", { InstanceArn }, { Status: "ACTIVE" }, { Status: "DELETE_IN_PROGRESS" }],
  [
    "describeInstance",
    { InstanceArn },
    { Status: "ACTIVE", EncryptionConfigurationDetails: { EncryptionStatus: "ENABLED" } },
    { Status: "ACTIVE", EncryptionConfigurationDetails: { EncryptionStatus: "UPDATING" } },
  ],
  [
    "describeInstance",
    { InstanceArn },
    { Status: "ACTIVE", Regions: [active] },
    { Status: "ACTIVE", Regions: [adding] },
  ],
  [
    "describeInstanceAccessControlAttributeConfiguration",
    { InstanceArn },
    { Status: "ENABLED" },
    { Status: "CREATION_IN_PROGRESS" },
  ],
  ["listRegions", { InstanceArn }, { Regions: [active] }, { Regions: [active, adding] }],
  ["describeRegion", { InstanceArn, RegionName: "eu-north-1" }, active, { ...active, Status: "REMOVING" }],
] as const)("%s", (method, input, stable, unstable) => {
  test("is cached when everything in it has come to rest, and not before", async () => {
    let answer: object = unstable;
    const { client } = await prepare(() => answer);
    const ask = client[method].bind(client) as (input: object) => Promise<{ readonly $metadata: object }>;
    const call = (): Promise<{ readonly $metadata: object }> => ask(input);
    for (let time = 0; time < 3; time++) expect(isHit(await call())).toBe(false);
    answer = stable;
    expect(isHit(await call())).toBe(false);
    expect(isHit(await call())).toBe(true);
  });
});

test("an answer that does not say what it is about is not cached, and an event says so", async () => {
  const { sim, cache, clock, events } = await startFixture();
  const client = new SSOAdmin(sim.clientConfig);
  client.send = async () => ({ AccountAssignments: [{ PermissionSetArn: "ps" }], $metadata: {} }) as never;
  const cached = createCachedClient(client, { cache, clock, onEvent: (event) => events.push(event) });
  const input = { InstanceArn, PrincipalId: "p", PrincipalType: "USER" } as const;
  await cached.listAccountAssignmentsForPrincipal(input);
  expect(isHit(await cached.listAccountAssignmentsForPrincipal(input))).toBe(false);
  expect(events).toMatchObject(
    Array(2).fill({ type: "unusual-input", command: "ListAccountAssignmentsForPrincipal" }),
  );
});

test("a write that takes its time without a request to ask for keeps its mark for a quarter of an hour", async () => {
  const { client, clock } = await prepare(() => active);
  const region = { InstanceArn, RegionName: "eu-north-1" };
  await client.addRegion(region);
  await clock.advance(14 * 60_000);
  await client.describeRegion(region);
  expect(isHit(await client.describeRegion(region))).toBe(false);
  await clock.advance(60_001);
  await client.describeRegion(region);
  expect(isHit(await client.describeRegion(region))).toBe(true);
});

test("a write whose operation has no name that could be kept is answered, and taken to go on", async () => {
  const status = { Status: "IN_PROGRESS", RequestId: "r".repeat(2_000) };
  const { client, clock } = await prepare(() => ({ AccountAssignmentCreationStatus: status }));
  const set = { InstanceArn, PermissionSetArn: "ps" };
  const output = await client.createAccountAssignment({
    ...set,
    TargetId: "1",
    TargetType: "AWS_ACCOUNT",
    PrincipalType: "USER",
    PrincipalId: "u",
  });
  expect(output.AccountAssignmentCreationStatus).toEqual(status);
  await clock.advance(14 * 60_000);
  await client.listAccountAssignments({ ...set, AccountId: "1" });
  expect(isHit(await client.listAccountAssignments({ ...set, AccountId: "1" }))).toBe(false);
});

test("a listener that throws is no trouble", async () => {
  const { aws, cache, clock, IdentityStoreId } = await startFixture();
  const onEvent = (): never => {
    throw new Error("of the listener");
  };
  const cached = createCachedClient(aws.identityStore, { cache, clock, onEvent });
  const UserId = "9000000000-00000000-0000-0000-0000-000000000000".repeat(40);
  await expect(cached.describeUser({ IdentityStoreId, UserId })).rejects.toMatchObject({
    name: "ValidationException",
  });
});
