import { DescribeUserCommand } from "@aws-sdk/client-identitystore";
import { ListInstancesCommand } from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import { createCachedClient } from "../src/index.ts";
import { isHit, startFixture } from "./support/fixture.ts";

/** A command that a later SDK might have; a client that answers it. */
async function prepare(name: string) {
  const fixture = await startFixture();
  const { aws, cache, clock, events, IdentityStoreId } = fixture;
  const sent: unknown[] = [];
  const Future = {
    [`${name}Command`]: class {
      input = { IdentityStoreId };
    },
  }[`${name}Command`];
  if (Future === undefined) throw new Error("There is no class");
  const client = new Proxy(aws.identityStore, {
    get: (target, property, receiver) => {
      if (property !== "send") return Reflect.get(target, property, receiver) as unknown;
      return async (command: unknown, options: unknown) => {
        sent.push(command);
        return Object.getPrototypeOf(Object.getPrototypeOf(command)) === Future.prototype ||
          command instanceof Future
          ? { $metadata: {} }
          : target.send(command as DescribeUserCommand, options as object);
      };
    },
  });
  const cached = createCachedClient(client, {
    cache,
    clock,
    settle: 1000,
    onEvent: (event) => events.push(event),
  });
  const send = cached.send.bind(cached) as (command: unknown) => Promise<{ readonly $metadata: object }>;
  return { ...fixture, sent, cached, future: () => send(new Future()) };
}

describe("a command that the catalogue does not have", () => {
  test("is not cached, and warns, when its name says that it reads", async () => {
    const { future, cached, IdentityStoreId, events, sent } = await prepare("ListTeams");
    await cached.listUsers({ IdentityStoreId });
    await future();
    await future();
    expect(sent).toHaveLength(3);
    expect(isHit(await cached.listUsers({ IdentityStoreId }))).toBe(true);
    const warning = {
      type: "unknown-command",
      service: "identitystore",
      command: "ListTeams",
      takenAs: "read",
    };
    expect(events).toEqual([warning, warning]);
  });

  test("invalidates everything of both services, and warns, when its name does not", async () => {
    const { future, cached, ssoAdmin, IdentityStoreId, events, clock } = await prepare("MergeUsers");
    await cached.listUsers({ IdentityStoreId });
    await ssoAdmin.send(new ListInstancesCommand({}));
    await future();
    expect(isHit(await cached.listUsers({ IdentityStoreId }))).toBe(false);
    expect(isHit(await cached.listUsers({ IdentityStoreId }))).toBe(false);
    expect(isHit(await ssoAdmin.send(new ListInstancesCommand({})))).toBe(false);
    await clock.advance(1001);
    await cached.listUsers({ IdentityStoreId });
    expect(isHit(await cached.listUsers({ IdentityStoreId }))).toBe(true);
    expect(events).toEqual([
      { type: "unknown-command", service: "identitystore", command: "MergeUsers", takenAs: "write" },
    ]);
  });
});

test("a subclass of a command is that command", async () => {
  const { identityStore, IdentityStoreId, sim } = await startFixture();
  const UserId = sim.console.createUser({ UserName: "ada" });
  class OwnDescribeUser extends DescribeUserCommand {}
  await identityStore.send(new OwnDescribeUser({ IdentityStoreId, UserId }));
  expect(isHit(await identityStore.send(new DescribeUserCommand({ IdentityStoreId, UserId })))).toBe(true);
});

test("a write whose input does not say what it touches invalidates everything", async () => {
  const { identityStore, IdentityStoreId, events } = await startFixture();
  await identityStore.listUsers({ IdentityStoreId });
  await identityStore.deleteUser({ IdentityStoreId, UserId: undefined }).catch(() => undefined);
  expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(false);
  expect(events).toMatchObject([{ type: "unusual-input", command: "DeleteUser" }]);
});
