import { ListGroupsCommand, ListUsersCommand } from "@aws-sdk/client-identitystore";
import { DescribeInstanceCommand, ListInstancesCommand } from "@aws-sdk/client-sso-admin";
import { startIdentityCenterSim, type SimSettingsInput } from "@awsideman/identity-center-sim";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture } from "./support/fixture.ts";

describe("throttling", () => {
  it("counts all operations of sso-admin together", async () => {
    const { sim, ssoAdmin, InstanceArn } = await startFixture({ throttle: 2 });
    await ssoAdmin.send(new ListInstancesCommand({}));
    await ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn }));
    const failure = await failureOf(ssoAdmin.send(new ListInstancesCommand({})));
    expect(failure).toMatchObject({
      name: "ThrottlingException",
      message: "Rate exceeded",
      $metadata: { httpStatusCode: 400 },
    });
    expect(sim.calls.snapshot()).toMatchObject({ received: 3, throttled: 1, failed: 0 });
    expect(sim.calls.of("ListInstances")).toMatchObject({ received: 2, throttled: 1 });
  });

  it("counts each operation of identitystore for itself", async () => {
    const { identityStore, IdentityStoreId } = await startFixture({ throttle: 1 });
    await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    await identityStore.send(new ListGroupsCommand({ IdentityStoreId }));
    expect(await failureOf(identityStore.send(new ListUsersCommand({ IdentityStoreId })))).toMatchObject({
      name: "ThrottlingException",
      RetryAfterSeconds: 1,
    });
  });

  it("lets calls through again as time passes", async () => {
    const { ssoAdmin, clock } = await startFixture({ throttle: { ssoAdmin: 4 } });
    const call = () => ssoAdmin.send(new ListInstancesCommand({}));
    for (let number = 0; number < 4; number += 1) await call();
    expect((await failureOf(call())).name).toBe("ThrottlingException");
    clock.advance(250);
    await expect(call()).resolves.toBeDefined();
    expect((await failureOf(call())).name).toBe("ThrottlingException");
    clock.advance(60_000);
    for (let number = 0; number < 4; number += 1) await call();
    expect((await failureOf(call())).name).toBe("ThrottlingException");
  });

  it("of one service leaves the other alone", async () => {
    const { sim, identityStore, IdentityStoreId } = await startFixture({ throttle: { ssoAdmin: 1 } });
    for (let number = 0; number < 5; number += 1) {
      await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    }
    expect(sim.calls.snapshot().throttled).toBe(0);
  });

  it("can be set and lifted while running", async () => {
    const { sim, ssoAdmin } = await startFixture();
    const call = () => ssoAdmin.send(new ListInstancesCommand({}));
    sim.configure({ throttle: 1 });
    await call();
    expect((await failureOf(call())).name).toBe("ThrottlingException");
    sim.configure({ throttle: "none" });
    await expect(call()).resolves.toBeDefined();
  });
});

describe("latency", () => {
  const headers = { "x-amz-target": "SWBExternalService.ListInstances" };

  it("passes half before and half after the operation is carried out", async () => {
    const { identityStore, clock, IdentityStoreId } = await startFixture({ latency: 300 });
    await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    expect(clock.slept).toEqual([150, 150]);
  });

  it("lies between its bounds, chosen for each call", async () => {
    const draws = [0, 0.5];
    let drawn = 0;
    const { sim, identityStore, clock, IdentityStoreId } = await startFixture({
      random: () => draws[drawn++ % draws.length] ?? 0,
    });
    sim.configure({ latency: { minimum: 100, maximum: 200 } });
    for (let number = 0; number < 20; number += 1) {
      await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    }
    const calls = clock.slept.filter((_, index) => index % 2 === 0).map((half) => half * 2);
    expect(Math.min(...calls)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...calls)).toBeLessThanOrEqual(200);
  });

  it("is real time without a clock of one's own", async () => {
    const sim = await startIdentityCenterSim({ latency: 3_600_000 });
    const call = () => fetch(sim.endpoint, { method: "POST", body: "{}", headers });
    const slow = call();
    while (sim.calls.total < 1) await new Promise(setImmediate);
    sim.configure({ latency: 1 });
    expect((await call()).status).toBe(200);
    await sim.close();
    await expect(slow).rejects.toThrow("fetch failed");
  });
});

describe("settings", () => {
  it.each<[SimSettingsInput, string]>([
    [{ latency: -1 }, "latency must be milliseconds from 0, received -1"],
    [
      { latency: { minimum: 2, maximum: 1 } },
      "latency must not have a minimum above its maximum, received 2",
    ],
    [{ throttle: 0 }, "throttle (ssoAdmin) must be a number of calls a second above 0, received 0"],
    [{ propagationLag: Number.NaN }, "propagationLag must be milliseconds from 0, received NaN"],
    [{ operationDuration: -5 }, "operationDuration must be milliseconds from 0, received -5"],
    [{ pageSize: 101 }, "pageSize must be a whole number 1 to 100, received 101"],
    [{ emptyPages: "yes" as unknown as boolean }, "emptyPages must be true or false, received yes"],
  ])("such as %j are refused, at the start and later", async (settings, message) => {
    await expect(startIdentityCenterSim(settings)).rejects.toThrow(message);
    const { sim } = await startFixture();
    const before = sim.settings;
    expect(() => sim.configure(settings)).toThrow(message);
    expect(sim.settings).toEqual(before);
  });

  it("that are not given stay as they are", async () => {
    const { sim } = await startFixture({ propagationLag: 100 });
    sim.configure({ operationDuration: 50 });
    expect(sim.settings).toMatchObject({ propagationLag: 100, operationDuration: 50 });
  });
});
