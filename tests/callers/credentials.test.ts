import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Identitystore } from "@aws-sdk/client-identitystore";
import {
  cacheMetadata,
  createCachedClient,
  createCachedService,
  environmentCaller,
} from "@awsideman/aws-client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Organisation } from "./organisation.ts";

let organisation: Organisation;

beforeEach(async () => {
  organisation = await Organisation.open();
});

afterEach(async () => organisation[Symbol.asyncDispose]());

const day = 86_400_000;
const sso = { name: "a role by signing in", profile: "sso" };

describe("where credentials are required", () => {
  const options = { requireCredentials: true };

  test("a hit is given to who is signed in", async () => {
    const cache = await organisation.process("memory", "cache");
    const member = await organisation.join(sso, cache, "by environment", options);
    expect(await member.read("DescribeUser")).toBe(false);
    expect(await member.read("DescribeUser")).toBe(true);
  });

  test("who is not signed in any more gets the SDK's own error, and nothing of what is there", async () => {
    const cache = await organisation.process("disk", "cache");
    await (await organisation.join(sso, cache, "by environment")).read("DescribeUser");
    await organisation.signIn("corp", -day);
    const later = await organisation.process("disk", "cache");

    const without = await organisation.join(sso, later, "by environment");
    expect(await without.read("DescribeUser")).toBe(true);

    const member = await organisation.join(sso, later, "by environment", options);
    const { endpoint, region } = organisation.sim;
    const client = new Identitystore({ endpoint, region, profile: "sso" });
    const own = await member.as(() => client.config.credentials().catch((error: unknown) => error as Error));
    const reading = member.read("DescribeUser").catch((error: unknown) => error as Error);
    expect(own).toMatchObject({ name: "CredentialsProviderError", message: /SSO session .* expired/s });
    expect(await reading).toMatchObject({ name: own["name" as never], message: own["message" as never] });

    await organisation.signIn("corp", day);
    expect(await member.read("DescribeUser")).toBe(true);
  });

  test("they are asked for as often as the client asks, and no oftener", async () => {
    const cache = await organisation.process("memory", "cache");
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return { accessKeyId: "AKIA", secretAccessKey: "secret" };
    };
    const principal = { name: "a provider", config: { credentials } };
    const member = await organisation.join(principal, cache, "by credentials", { ...options, caller: "ada" });
    expect(await member.read("DescribeUser")).toBe(false);
    expect(await member.read("DescribeUser")).toBe(true);
    expect(await member.read("DescribeUser")).toBe(true);
    expect(asked).toBe(1);
  });

  test("those that have expired are none: AWS says so, and not the cache", async () => {
    const cache = await organisation.process("memory", "cache");
    const of = (expiration: Date) => ({
      name: "a key that expires",
      config: { credentials: { accessKeyId: "ASIA", secretAccessKey: "secret", expiration } },
    });
    const named = { ...options, caller: "ada" };
    const good = await organisation.join(of(new Date(Date.now() + day)), cache, "by credentials", named);
    await good.read("DescribeUser");
    expect(await good.read("DescribeUser")).toBe(true);
    const expired = await organisation.join(of(new Date(Date.now() - day)), cache, "by credentials", named);
    const before = organisation.sim.calls.of("DescribeUser").received;
    expect(await expired.read("DescribeUser")).toBe(false);
    expect(await expired.read("DescribeUser")).toBe(false);
    expect(organisation.sim.calls.of("DescribeUser").received).toBe(before + 2);
  });

  test("a service that makes its client when it is needed needs it for a hit, too", async () => {
    const { endpoint, region, identityStoreId: IdentityStoreId } = organisation.sim;
    const cache = await organisation.process("memory", "cache");
    let made = 0;
    const open = (requireCredentials: boolean) =>
      createCachedService({
        service: "identitystore",
        region,
        endpoint,
        cache,
        caller: "ada",
        requireCredentials,
        loadClient: async () => {
          made += 1;
          return new Identitystore({
            endpoint,
            region,
            credentials: { accessKeyId: "A", secretAccessKey: "s" },
          });
        },
      });
    const ask = async (requireCredentials: boolean) =>
      cacheMetadata(await open(requireCredentials).call("ListUsers", { IdentityStoreId }))?.hit ?? false;
    expect([await ask(false), made]).toEqual([false, 1]);
    expect([await ask(false), made]).toEqual([true, 1]);
    expect([await ask(true), made]).toEqual([true, 2]);
  });
});

describe("a client whose credentials become another's", () => {
  test("is not given what was answered to the one before, nor gives him what it is answered now", async () => {
    const { endpoint, region, identityStoreId: IdentityStoreId } = organisation.sim;
    const cache = await organisation.process("memory", "cache");
    const clientOf = (accessKeyId: string) =>
      new Identitystore({ endpoint, region, credentials: { accessKeyId, secretAccessKey: "s" } });
    const client = clientOf("AKIA1");
    const cached = createCachedClient(client, { cache, quota: false });
    const ask = async (of: typeof client) =>
      cacheMetadata(await of.listUsers({ IdentityStoreId }))?.hit ?? false;
    await ask(cached);
    expect(await ask(cached)).toBe(true);
    Object.assign(client.config, { credentials: { accessKeyId: "AKIA2", secretAccessKey: "s" } });
    expect(await ask(cached)).toBe(false);
    expect(await ask(cached)).toBe(true);
    expect(await ask(createCachedClient(clientOf("AKIA1"), { cache, quota: false }))).toBe(true);
  });

  test("keeps no answer that was asked for by one and came to another", async () => {
    const { sim } = organisation;
    const { endpoint, region, identityStoreId: IdentityStoreId } = sim;
    const cache = await organisation.process("memory", "cache");
    const clientOf = (accessKeyId: string) =>
      new Identitystore({ endpoint, region, credentials: { accessKeyId, secretAccessKey: "s" } });
    const client = clientOf("AKIA1");
    const cached = createCachedClient(client, { cache, quota: false });
    const hold = sim.faults.hold({ operation: "ListUsers", when: "after" });
    const asking = cached.listUsers({ IdentityStoreId });
    await hold.reached;
    Object.assign(client.config, { credentials: { accessKeyId: "AKIA2", secretAccessKey: "s" } });
    hold.release();
    await asking;
    for (const accessKeyId of ["AKIA1", "AKIA2"]) {
      const other = createCachedClient(clientOf(accessKeyId), { cache, quota: false });
      expect(cacheMetadata(await other.listUsers({ IdentityStoreId }))).toBeUndefined();
    }
  });

  test.each(["an answer", "an absence"])(
    "gives nobody who waited with it what came to another: %s",
    async (what) => {
      const { endpoint, region, identityStoreId: IdentityStoreId } = organisation.sim;
      const cache = await organisation.process("memory", "cache");
      const UserId = what === "an answer" ? organisation.userId : "90000000-0000-0000-0000-000000000000";
      let caller = "ada";
      const credentials = { accessKeyId: "AKIA", secretAccessKey: "s" };
      const clientOf = (source: () => string) =>
        createCachedClient(new Identitystore({ endpoint, region, credentials }), {
          cache,
          quota: false,
          caller: source,
        });
      const ask = (client: Identitystore) =>
        client.describeUser({ IdentityStoreId, UserId }).catch((error: unknown) => error as never);
      const hold = organisation.sim.faults.hold({ operation: "DescribeUser", when: "after" });
      // Both begin before either loads: what is loaded then is good for both, as long as they are the same.
      const [first, second] = [ask(clientOf(() => caller)), ask(clientOf(() => "ada"))];
      await hold.reached;
      caller = "ben";
      hold.release();
      expect(cacheMetadata(await first)).toBeUndefined();
      expect(cacheMetadata(await second)).toBeUndefined();
      expect(organisation.sim.calls.of("DescribeUser").received).toBe(2);
      expect(cacheMetadata(await ask(clientOf(() => "ada")))?.hit).toBe(true);
    },
  );

  test("keeps no absence either that was asked for by one and came to another", async () => {
    const { sim } = organisation;
    const { endpoint, region, identityStoreId: IdentityStoreId } = sim;
    const cache = await organisation.process("memory", "cache");
    let caller = "ada";
    const client = new Identitystore({
      endpoint,
      region,
      credentials: { accessKeyId: "A", secretAccessKey: "s" },
    });
    const cached = createCachedClient(client, { cache, quota: false, caller: () => caller });
    const nobody = { IdentityStoreId, UserId: "90000000-0000-0000-0000-000000000000" };
    const hold = sim.faults.hold({ operation: "DescribeUser", when: "after" });
    const asking = cached.describeUser(nobody).catch((error: unknown) => error);
    await hold.reached;
    caller = "ben";
    hold.release();
    expect(await asking).toMatchObject({ name: "ResourceNotFoundException" });
    caller = "ada";
    await cached.describeUser(nobody).catch(() => undefined);
    expect(sim.calls.of("DescribeUser").received).toBe(2);
    await cached.describeUser(nobody).catch(() => undefined);
    expect(sim.calls.of("DescribeUser").received).toBe(2);
  });
});

describe("a profile that is changed while a client runs", () => {
  const principal = { name: "a profile", profile: "role" };
  const pointElsewhere = (): Promise<void> =>
    writeFile(
      path.join(organisation.folder, "config"),
      "[profile role]\nrole_arn = arn:aws:iam::9:role/z\nsource_profile = key-2\n",
    );

  test("nothing of what it was is given to a client that is made then, nor to the one that runs", async () => {
    const cache = await organisation.process("memory", "cache");
    const running = await organisation.join(principal, cache, "by environment");
    const idle = await organisation.join(principal, cache, "by environment");
    await running.read("DescribeUser");
    expect(await running.read("DescribeUser")).toBe(true);
    expect(await idle.read("DescribeUser")).toBe(true);

    await pointElsewhere();
    const made = await organisation.join(principal, cache, "by environment");
    for (const member of [running, idle, made]) expect(await member.read("DescribeUser")).toBe(false);
    // From now on each of them has his own: nobody knows which of the two profiles the SDK has read.
    for (const member of [running, idle, made]) expect(await member.read("DescribeUser")).toBe(true);
  });

  test("what one of them writes, the others still learn", async () => {
    const cache = await organisation.process("memory", "cache");
    const running = await organisation.join(principal, cache, "by environment");
    const other = await organisation.join({ name: "other", profile: "key-1" }, cache, "by environment");
    await running.read("DescribeUser");
    await pointElsewhere();
    await running.read("DescribeUser");
    await other.read("DescribeUser");
    await running.write("DescribeUser");
    expect(await other.read("DescribeUser")).toBe(false);
    await other.write("DescribeUser");
    expect(await running.read("DescribeUser")).toBe(false);
  });
});

test("who has a caller by the environment needs neither credentials nor anybody to ask for a hit", async () => {
  const cache = await organisation.process("memory", "cache");
  const principal = { name: "a role", profile: "role" };
  await (await organisation.join(principal, cache, "by environment")).read("DescribeUser");
  const asked = organisation.credentials.asked.length;
  expect(asked).toBeGreaterThan(0);
  const calls = organisation.sim.calls.total;
  const member = await organisation.join(principal, cache, "by environment");
  expect(await member.read("DescribeUser")).toBe(true);
  expect(organisation.credentials.asked.length).toBe(asked);
  expect(organisation.sim.calls.total).toBe(calls);
  expect(await member.as(async () => environmentCaller({ profile: "role" })())).toMatch(/^role-/);
});
