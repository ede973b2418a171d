import { IdentitystoreClient, ListUsersCommand } from "@aws-sdk/client-identitystore";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf, first, startFixture } from "./support/fixture.ts";

describe("a simulator", () => {
  it("listens on the loopback interface, on a free port", async () => {
    const { sim: one } = await startFixture();
    const { sim: two } = await startFixture();
    expect(one.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(one.endpoint).not.toBe(two.endpoint);
  });

  it("runs beside others that know nothing of it", async () => {
    const one = await startFixture({ seed: "one", population: { users: 1 } });
    const two = await startFixture({ seed: "two", population: { users: 3 } });
    const count = async ({ identityStore, IdentityStoreId }: typeof one) =>
      (await identityStore.send(new ListUsersCommand({ IdentityStoreId }))).Users?.length;
    expect([await count(one), await count(two)]).toEqual([1, 3]);
    expect(one.IdentityStoreId).not.toBe(two.IdentityStoreId);
    const stray = new ListUsersCommand({ IdentityStoreId: one.IdentityStoreId });
    expect((await failureOf(two.identityStore.send(stray))).name).toBe("ResourceNotFoundException");
  });

  it("is found by a client that knows nothing but the environment", async () => {
    const { sim, IdentityStoreId } = await startFixture({ population: { users: 1 } });
    const before = { ...process.env };
    Object.assign(process.env, sim.environment);
    const client = new IdentitystoreClient();
    try {
      const { Users } = await client.send(new ListUsersCommand({ IdentityStoreId }));
      expect(Users).toHaveLength(1);
    } finally {
      client.destroy();
      for (const name of Object.keys(sim.environment)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });

  it("never closes a connection that is idle, which somebody may just be about to use", async () => {
    const { sim } = await startFixture();
    const { headers } = await fetch(`${sim.endpoint}/_sim/info`);
    // Where there is an end to it, it is announced.
    expect([headers.get("connection"), headers.get("keep-alive")]).toEqual(["keep-alive", null]);
  });

  it("ends calls that hang, wait or take their time when it closes", async () => {
    const sim = await startIdentityCenterSim();
    const client = new IdentitystoreClient({ ...sim.clientConfig, maxAttempts: 1 });
    const call = () => failureOf(client.send(new ListUsersCommand({ IdentityStoreId: sim.identityStoreId })));
    sim.faults.add({ kind: "hang" });
    const hanging = call();
    while (sim.calls.total < 1) await new Promise(setImmediate);
    sim.configure({ latency: 3_600_000 });
    const slow = call();
    while (sim.calls.total < 2) await new Promise(setImmediate);
    const hold = sim.faults.hold();
    const held = call();
    await hold.reached;

    await sim.close();
    for (const failure of [hanging, slow, held]) expect(await failure).toMatchObject({ code: "ECONNRESET" });
    client.destroy();
  });

  it("leaves nothing behind that keeps a program from ending", async () => {
    const program = fileURLToPath(new URL("./programs/close-with-busy-calls.ts", import.meta.url));
    const child = spawn(process.execPath, ["--conditions=@awsideman/source", program], { stdio: "inherit" });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(0);
  });

  it("can be closed twice, and says when it has closed", async () => {
    const sim = await startIdentityCenterSim();
    await Promise.all([sim.close(), sim.close(), sim.closed]);
    await sim[Symbol.asyncDispose]();
    await expect(fetch(sim.endpoint)).rejects.toThrow("fetch failed");
  });

  it("fails to start on a port that is taken", async () => {
    const { sim } = await startFixture();
    const port = Number(new URL(sim.endpoint).port);
    await expect(startIdentityCenterSim({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("the population", () => {
  const population = {
    users: 30,
    groups: 4,
    membershipsPerUser: 3,
    permissionSets: 5,
    accounts: 6,
    assignments: 100,
  };

  it("has the sizes asked for, and no assignment twice", async () => {
    const { sim } = await startFixture({ population });
    expect(sim.state.sizes()).toMatchObject({
      users: 30,
      groups: 4,
      memberships: 90,
      permissionSets: 5,
      assignments: 100,
      requests: 0,
    });
    expect(new Set(sim.accountIds).size).toBe(6);
    for (const accountId of sim.accountIds) expect(accountId).toMatch(/^\d{12}$/);
  });

  it("can hold every possible assignment", async () => {
    const { sim } = await startFixture({
      population: { users: 3, groups: 2, permissionSets: 4, accounts: 3, assignments: 60 },
    });
    expect(sim.state.assignments).toHaveLength(60);
  });

  it("is the same for the same seed, whatever was read in between, and another for another", async () => {
    const build = async (seed: string, reads: number) => {
      const { sim } = await startFixture({ seed, population });
      for (let number = 0; number < reads; number += 1) await fetch(sim.endpoint, { method: "POST" });
      sim.console.createUser({ UserName: "ada" });
      const { users, groups, memberships, permissionSets, assignments } = sim.state;
      return JSON.stringify([sim.instanceArn, users, groups, memberships, permissionSets, assignments]);
    };
    expect(await build("a", 3)).toBe(await build("a", 0));
    expect(await build("a", 0)).not.toBe(await build("b", 0));
  });

  it("is empty by default, but for three accounts in an organisation", async () => {
    const { sim } = await startFixture();
    const there = Object.entries(sim.state.sizes()).filter(([, size]) => size > 0);
    expect(Object.fromEntries(there)).toEqual({
      accounts: 3,
      organizationalUnits: 3,
      organizationPolicies: 1,
      policyAttachments: 7,
    });
    expect(sim.accountIds).toHaveLength(3);
  });

  it.each([
    [{ users: -1 }, "population.users must be a whole number from 0, received -1"],
    [{ groups: 1, membershipsPerUser: 2 }, "population.membershipsPerUser must be a whole number 0 to 1"],
    [{ accounts: 0 }, "population.accounts must be a whole number from 1, received 0"],
    [{ assignments: 1 }, "population.assignments must be a whole number 0 to 0, received 1"],
  ])("of %j is refused", async (impossible, message) => {
    await expect(startIdentityCenterSim({ population: impossible })).rejects.toThrow(message);
  });

  it("of a large organization is there as a whole, page by page", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({
      population: { users: 20_000, groups: 100, permissionSets: 50, accounts: 20 },
    });
    const { NextToken } = await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    const { Users } = await identityStore.send(new ListUsersCommand({ IdentityStoreId, NextToken }));
    expect(Users).toHaveLength(100);
    expect(sim.state.users).toHaveLength(20_000);
    expect(first(sim.state.users).attributes.Emails).toHaveLength(1);
  });
});
