import { ListUsersCommand } from "@aws-sdk/client-identitystore";
import { expect, test } from "vitest";
import { startFixture, type Fixture } from "./support/fixture.ts";

/** Reads what the cache cannot account for, inside a load, and the same after a write. */
type Reading = (fixture: Fixture) => Promise<() => Promise<unknown>>;

const second = 1_000;
const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

/** Ways past the cache, each of which answers with what AWS says at that moment. */
const readings: Readonly<Record<string, Reading>> = {
  "of a client whose caller cannot be found out for a moment": async ({ start, IdentityStoreId }) => {
    let isAway = true;
    const client = start({
      caller: () => (isAway ? Promise.reject(new Error("STS is away")) : Promise.resolve("ada")),
    });
    return async () => {
      const { Users } = await client.identityStore.listUsers({ IdentityStoreId });
      isAway = false;
      return Users?.length;
    };
  },
  "by a command that has no name": async ({ identityStore, IdentityStoreId }) => {
    const command = new ListUsersCommand({ IdentityStoreId });
    const nameless = Object.assign(Object.create(null) as typeof command, {
      input: command.input,
      resolveMiddleware: command.resolveMiddleware.bind(command),
    });
    return async () => (await identityStore.send(nameless)).Users?.length;
  },
  "of a client whose credentials are said to have expired": async ({ start, IdentityStoreId }) => {
    const client = start({ requireCredentials: true });
    return async () => (await client.identityStore.listUsers({ IdentityStoreId })).Users?.length;
  },
};

test.for(Object.keys(readings))("a value that is made %s is handed out and not stored", async (way) => {
  const credentials = async () => ({ ...keys, expiration: new Date(0) });
  const fixture = await startFixture({ population: { users: 5 }, aws: { credentials } });
  const { cache, clock, identityStore, IdentityStoreId } = fixture;
  const read = await (readings[way] as Reading)(fixture);
  const report = (): Promise<unknown> => cache.getOrLoad("report:users", read, { ttl: 3600 * second });
  const before = await report();
  expect(before).toBeGreaterThan(0);
  expect(await cache.has("report:users")).toBe(false);
  const { Users } = await identityStore.listUsers({ IdentityStoreId });
  await identityStore.deleteUser({ IdentityStoreId, UserId: Users?.at(-1)?.UserId });
  await clock.advance(10 * second);
  expect(await report()).toBe((before as number) - 1);
});
