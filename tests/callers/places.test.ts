import { Identitystore, type IdentitystoreClientConfig } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { cacheMetadata, createCachedClient, type CachedClientOptions } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { createStorage } from "@awsideman/storage-memory";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let sims: readonly [IdentityCenterSim, IdentityCenterSim];
let cache: CacheManager;

beforeEach(async () => {
  sims = [await startIdentityCenterSim({ seed: 1 }), await startIdentityCenterSim({ seed: 2 })];
  for (const [index, sim] of sims.entries()) sim.console.createUser({ UserName: `user-of-${index}` });
  cache = new CacheManager({ storage: { backend: "memory" } });
  cache.registerBackend("memory", createStorage);
});

afterEach(async () => {
  await cache.close();
  for (const sim of sims) await sim.close();
});

const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
const options = (): CachedClientOptions => ({ cache, quota: false, settle: 0, caller: "the same" });

/** Two organisations behind one endpoint, as AWS is: which of them answers is told by what is asked for. */
function behindOneEndpoint(): IdentitystoreClientConfig {
  const [first, second] = sims;
  const { requestHandler } = new Identitystore({ region: first.region }).config;
  const handle: typeof requestHandler.handle = (request, ...rest) => {
    const isSecond = [second.identityStoreId, second.instanceArn].some((id) =>
      new TextDecoder().decode(request.body as Uint8Array).includes(id),
    );
    const { hostname, port } = new URL((isSecond ? second : first).endpoint);
    Object.assign(request, { hostname, port: Number(port) });
    return requestHandler.handle(request, ...rest);
  };
  return {
    region: first.region,
    endpoint: "http://aws.test",
    credentials,
    requestHandler: Object.assign(Object.create(requestHandler) as typeof requestHandler, { handle }),
  };
}

describe("two organisations", () => {
  test("B6: are told apart by their identity stores, whoever asks", async () => {
    const client = createCachedClient(new Identitystore(behindOneEndpoint()), options());
    for (const hit of [false, true]) {
      for (const [index, { identityStoreId: IdentityStoreId }] of sims.entries()) {
        const users = await client.listUsers({ IdentityStoreId });
        expect(users.Users?.map(({ UserName }) => UserName)).toEqual([`user-of-${index}`]);
        expect(cacheMetadata(users)?.hit ?? false).toBe(hit);
      }
    }
  });

  test("B6: are told apart by their instances, whoever asks", async () => {
    const client = createCachedClient(new SSOAdmin(behindOneEndpoint()), options());
    for (const sim of sims) sim.console.createPermissionSet({ Name: "admin" });
    for (const hit of [false, true]) {
      const answers = [];
      for (const { instanceArn: InstanceArn } of sims) {
        const sets = await client.listPermissionSets({ InstanceArn });
        expect(cacheMetadata(sets)?.hit ?? false).toBe(hit);
        answers.push(sets.PermissionSets?.[0]);
      }
      expect(new Set(answers).size).toBe(2);
    }
  });

  test("a change in one is no change in the other", async () => {
    const client = createCachedClient(new Identitystore(behindOneEndpoint()), options());
    const [first, second] = sims.map(({ identityStoreId }) => ({ IdentityStoreId: identityStoreId }));
    for (const store of [first, second]) await client.listUsers(store as never);
    await client.createUser({
      ...first,
      UserName: "new",
      DisplayName: "n",
      Name: { GivenName: "n", FamilyName: "n" },
    } as never);
    expect(cacheMetadata(await client.listUsers(first as never))).toBeUndefined();
    expect(cacheMetadata(await client.listUsers(second as never))?.hit).toBe(true);
  });
});

describe("the same question by the same caller", () => {
  /** Clients whose answers must not be mistaken for each other's. */
  const rows: readonly [string, () => IdentitystoreClientConfig, () => IdentitystoreClientConfig][] = [
    ["at two endpoints", () => ({ endpoint: sims[0].endpoint }), () => ({ endpoint: sims[1].endpoint })],
    ["in two regions", () => ({ region: "us-east-1" }), () => ({ region: "eu-west-1" })],
    [
      "by two versions of the SDK",
      () => ({}),
      () => ({ defaultUserAgentProvider: async () => [["aws-sdk-js", "3.900.0"]] }),
    ],
  ];

  test.each(rows)("%s is two questions", async (_, one, other) => {
    const hits = [];
    for (const config of [one(), other(), one(), other()]) {
      const client = new SSOAdmin({ ...sims[0].clientConfig, ...(config as object) });
      hits.push(cacheMetadata(await createCachedClient(client, options()).listInstances({}))?.hit ?? false);
    }
    expect(hits).toEqual([false, false, true, true]);
  });

  test("in two namespaces is two questions, and a write concerns its own alone", async () => {
    const IdentityStoreId = sims[0].identityStoreId;
    const [one, other] = ["one", "other"].map((namespace) =>
      createCachedClient(new Identitystore(sims[0].clientConfig), { ...options(), namespace }),
    ) as [Identitystore, Identitystore];
    for (const client of [one, other])
      expect(cacheMetadata(await client.listUsers({ IdentityStoreId }))).toBeUndefined();
    await one.createGroup({ IdentityStoreId, DisplayName: "g" });
    await one.createUser({
      IdentityStoreId,
      UserName: "u",
      DisplayName: "u",
      Name: { GivenName: "u", FamilyName: "u" },
    });
    expect(cacheMetadata(await other.listUsers({ IdentityStoreId }))?.hit).toBe(true);
    expect(cacheMetadata(await one.listUsers({ IdentityStoreId }))).toBeUndefined();
  });

  test("through another region is invalidated by a write in one", async () => {
    const IdentityStoreId = sims[0].identityStoreId;
    const [one, other] = ["us-east-1", "eu-west-1"].map((region) =>
      createCachedClient(new Identitystore({ ...sims[0].clientConfig, region }), options()),
    ) as [Identitystore, Identitystore];
    await other.listGroups({ IdentityStoreId });
    expect(cacheMetadata(await other.listGroups({ IdentityStoreId }))?.hit).toBe(true);
    await one.createGroup({ IdentityStoreId, DisplayName: "g" });
    expect(cacheMetadata(await other.listGroups({ IdentityStoreId }))).toBeUndefined();
  });
});
