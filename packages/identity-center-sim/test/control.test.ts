import { CreateGroupCommand, ListGroupsCommand, ListUsersCommand } from "@aws-sdk/client-identitystore";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture, type Fixture, type FixtureOptions } from "./support/fixture.ts";

interface Controlled extends Fixture {
  readonly get: (path: string) => Promise<unknown>;
  readonly post: (path: string, body?: unknown) => Promise<{ status: number; body: unknown }>;
}

async function startControlled(options: FixtureOptions = {}): Promise<Controlled> {
  const fixture = await startFixture(options);
  const { endpoint } = fixture.sim;
  return {
    ...fixture,
    get: async (path) => (await fetch(`${endpoint}/_sim/${path}`)).json(),
    post: async (path, body) => {
      const response = await fetch(`${endpoint}/_sim/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

describe("the control interface", () => {
  it("says what another process needs to know", async () => {
    const { sim, get } = await startControlled();
    const { endpoint, region, instanceArn, identityStoreId, accountIds, environment } = sim;
    expect(await get("info")).toEqual({
      endpoint,
      region,
      instanceArn,
      identityStoreId,
      accountIds,
      environment,
    });
    expect(environment).toEqual({
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "simulator",
      AWS_SECRET_ACCESS_KEY: "simulator",
    });
  });

  it("counts calls, and not itself", async () => {
    const { identityStore, IdentityStoreId, get, post } = await startControlled({ throttle: 1 });
    await identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    await failureOf(identityStore.send(new ListUsersCommand({ IdentityStoreId })));
    await failureOf(identityStore.send(new CreateGroupCommand({ IdentityStoreId })));
    expect(await get("calls")).toEqual({
      received: 3,
      throttled: 1,
      faulted: 0,
      failed: 1,
      operations: {
        ListUsers: { received: 2, throttled: 1, faulted: 0, failed: 0 },
        CreateGroup: { received: 1, throttled: 0, faulted: 0, failed: 1 },
      },
    });
    expect((await post("reset")).body).toMatchObject({ received: 0, operations: {} });
    await expect(identityStore.send(new ListUsersCommand({ IdentityStoreId }))).resolves.toBeDefined();
  });

  it("injects faults, one or several", async () => {
    const { identityStore, IdentityStoreId, get, post } = await startControlled();
    await post("faults", { kind: "throttle", operation: "ListUsers" });
    await post("faults", [{ kind: "error-before", operation: "ListUsers", error: "AccessDeniedException" }]);
    const list = () => identityStore.send(new ListUsersCommand({ IdentityStoreId }));
    expect((await failureOf(list())).name).toBe("ThrottlingException");
    expect(await get("faults")).toHaveLength(1);
    expect((await failureOf(list())).name).toBe("AccessDeniedException");
    await expect(list()).resolves.toBeDefined();
  });

  it("changes settings", async () => {
    const { sim, get, post } = await startControlled();
    const { status, body } = await post("settings", { propagationLag: 700, throttle: 20 });
    expect(status).toBe(200);
    expect(body).toEqual(sim.settings);
    expect(await get("settings")).toMatchObject({
      propagationLag: 700,
      throttle: { ssoAdmin: 20, identityStore: 20 },
    });
  });

  it("carries out operations behind the clients' back, and settles them", async () => {
    const { sim, identityStore, IdentityStoreId, get, post } = await startControlled({
      propagationLag: 1000,
    });
    const created = await post("perform", {
      operation: "CreateGroup",
      input: { IdentityStoreId, DisplayName: "engineers" },
    });
    expect(created.body).toMatchObject({ GroupId: expect.any(String) });
    expect(await get("state")).toMatchObject({ groups: 1 });
    const groups = async () =>
      (await identityStore.send(new ListGroupsCommand({ IdentityStoreId }))).Groups?.length;
    expect(await groups()).toBe(0);
    await post("settle");
    expect(await groups()).toBe(1);
    expect(sim.calls.of("CreateGroup").received).toBe(0);
  });

  it.each<[string, unknown, string]>([
    ["faults", { kind: "explode" }, "kind must be one of"],
    ["settings", { latency: -1 }, "latency must be milliseconds"],
    ["settings", [1], "must be a JSON object"],
    ["perform", { operation: 7 }, "operation must be a string"],
    ["perform", { operation: "CreateGroup", input: { IdentityStoreId: "x" } }, "validation error"],
    ["perform", { operation: "Nonsense" }, ""],
  ])("refuses POST %s with %j", async (path, body, message) => {
    const { post } = await startControlled();
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect((answer.body as { error: string }).error).toContain(message);
  });

  it("takes POST as JSON only, and tells what it has", async () => {
    const { sim } = await startControlled();
    const plain = await fetch(`${sim.endpoint}/_sim/shutdown`, { method: "POST", body: "{}" });
    expect(plain.status).toBe(415);
    const nothing = await fetch(`${sim.endpoint}/_sim/nothing`);
    expect(nothing.status).toBe(404);
    expect(((await nothing.json()) as { controls: string[] }).controls).toContain("POST faults");
    const broken = await fetch(`${sim.endpoint}/_sim/settings`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(broken.status).toBe(400);
  });

  it("is not for a page that had its own name point here", async () => {
    const { sim } = await startControlled();
    const status = await new Promise((resolve) => {
      request(`${sim.endpoint}/_sim/info`, { headers: { host: "evil.example.com" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it("shuts the simulator down after it has answered", async () => {
    const { sim, post } = await startControlled();
    expect(await post("shutdown")).toEqual({ status: 200, body: {} });
    await sim.closed;
    await expect(fetch(sim.endpoint)).rejects.toThrow("fetch failed");
  });
});
