import type { DescribeUserCommandOutput } from "@aws-sdk/client-identitystore";
import { describe, expect, test } from "vitest";
import { longestDelay, writeLease } from "../src/write-window.ts";
import { dataOf, failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";

const settle = 3000;

interface Prepared extends Fixture {
  readonly rename: (to: string) => Promise<unknown>;
  /** Asks twice; tells whether the second time was a hit. */
  readonly isCached: () => Promise<boolean>;
  readonly name: () => Promise<string | undefined>;
}

async function prepare(options: Parameters<typeof startFixture>[0] = {}): Promise<Prepared> {
  const fixture = await startFixture({ client: { settle }, ...options });
  const { identityStore, IdentityStoreId } = fixture;
  const UserId = fixture.sim.console.createUser({ UserName: "ada" });
  const describeUser = (): Promise<DescribeUserCommandOutput> =>
    identityStore.describeUser({ IdentityStoreId, UserId });
  return {
    ...fixture,
    rename: (AttributeValue) =>
      identityStore.updateUser({
        IdentityStoreId,
        UserId,
        Operations: [{ AttributePath: "userName", AttributeValue }],
      }),
    isCached: async () => {
      await describeUser();
      return isHit(await describeUser());
    },
    name: async () => (await describeUser()).UserName,
  };
}

describe("after a write that failed", () => {
  test.each([
    { kind: "error-after-apply", applied: true },
    { kind: "drop-after-apply", applied: true },
    { kind: "drop-connection", applied: false },
    { kind: "not-json", applied: false },
  ] as const)("with $kind the truth is read", async ({ kind, applied }) => {
    const { rename, name, isCached, sim, clock } = await prepare();
    expect(await isCached()).toBe(true);
    sim.faults.add({ kind, operation: "UpdateUser" });
    await failureOf(rename("augusta"));
    expect(await name()).toBe(applied ? "augusta" : "ada");
    // It may still be on its way.
    await clock.advance(longestDelay + settle - 1);
    expect(await isCached()).toBe(false);
    await clock.advance(2);
    expect(await isCached()).toBe(true);
  });

  test("because AWS refused it, it settles like one that did not fail", async () => {
    const { rename, isCached, sim, clock } = await prepare();
    for (const error of ["ConflictException", "AccessDeniedException", "ThrottlingException"]) {
      sim.faults.add({ kind: "error-before", operation: "UpdateUser", error });
      await failureOf(rename("augusta"));
      expect(await isCached()).toBe(false);
      await clock.advance(settle + 1);
      expect(await isCached()).toBe(true);
    }
  });

  test.each([{ maxAttempts: 2 }, { maxAttempts: 2, cacheMiddleware: true }])(
    "and was tried again by the SDK, which hid that it was applied, the truth is read: %o",
    async (aws) => {
      const { rename, name, isCached, sim, clock } = await prepare({ aws });
      // Directly before: the SDK may keep the middleware of one command for the next.
      await rename("lovelace");
      sim.faults.add({ kind: "error-after-apply", operation: "UpdateUser" });
      sim.faults.add({ kind: "error-before", operation: "UpdateUser", error: "ConflictException" });
      const failure = await failureOf(rename("augusta"));
      expect([failure.name, (failure["$metadata"] as { attempts?: number }).attempts]).toEqual([
        "ConflictException",
        2,
      ]);
      expect(await name()).toBe("augusta");
      await clock.advance(settle + 1);
      expect(await isCached()).toBe(false);
    },
  );

  test("by being aborted, the truth is read, whether it was applied or not", async () => {
    const { identityStore, IdentityStoreId, sim, name } = await prepare();
    const UserId = sim.state.users[0]?.userId;
    expect(await name()).toBe("ada");
    const hold = sim.faults.hold({ operation: "UpdateUser", when: "after" });
    const controller = new AbortController();
    const Operations = [{ AttributePath: "userName", AttributeValue: "augusta" }];
    const write = failureOf(
      identityStore.updateUser({ IdentityStoreId, UserId, Operations }, { abortSignal: controller.signal }),
    );
    await hold.reached;
    controller.abort();
    expect((await write).name).toBe("AbortError");
    expect(await name()).toBe("augusta");
    hold.release();
  });
});

test("a write that was aborted before it left touches nothing", async () => {
  const { identityStore, IdentityStoreId, sim, isCached } = await prepare();
  await isCached();
  sim.calls.reset();
  const abortSignal = AbortSignal.abort();
  const UserId = sim.state.users[0]?.userId;
  expect((await failureOf(identityStore.deleteUser({ IdentityStoreId, UserId }, { abortSignal }))).name).toBe(
    "AbortError",
  );
  expect(await isCached()).toBe(true);
  expect(sim.calls.total).toBe(0);
});

test("what a write has made is not cached before it has settled", async () => {
  const { ssoAdmin, InstanceArn, clock } = await prepare();
  const { PermissionSet } = await ssoAdmin.createPermissionSet({ InstanceArn, Name: "new" });
  const describeIt = async (): Promise<boolean> => {
    const input = { InstanceArn, PermissionSetArn: PermissionSet?.PermissionSetArn };
    await ssoAdmin.describePermissionSet(input);
    return isHit(await ssoAdmin.describePermissionSet(input));
  };
  expect(await describeIt()).toBe(false);
  await clock.advance(settle + 1);
  expect(await describeIt()).toBe(true);
});

test("a write that takes long stays marked, for longer than its lease", async () => {
  const { rename, isCached, sim, clock } = await prepare();
  const hold = sim.faults.hold({ operation: "UpdateUser" });
  const pending = rename("augusta");
  await hold.reached;
  for (let passed = 0; passed < 3 * writeLease; passed += writeLease / 4) {
    await clock.advance(writeLease / 4);
    expect(await isCached()).toBe(false);
  }
  hold.release();
  await pending;
  expect(clock.waiting).toBe(0);
});

test("a retry that leaves after a long sleep of the machine is marked again before it leaves", async () => {
  const { rename, isCached, sim, clock, name } = await prepare({ aws: { maxAttempts: 2 } });
  const first = sim.faults.hold({ operation: "UpdateUser" });
  sim.faults.add({ kind: "drop-connection", operation: "UpdateUser" });
  const pending = rename("augusta");
  await first.reached;
  // No timer runs while the machine sleeps.
  clock.jump(clock.now() + 10 * writeLease);
  expect(await isCached()).toBe(true);
  const second = sim.faults.hold({ operation: "UpdateUser" });
  first.release();
  await second.reached;
  expect(await isCached()).toBe(false);
  second.release();
  await pending;
  expect(await name()).toBe("augusta");
});

test("a read that began before a write and ended after it is not kept", async () => {
  const { identityStore, IdentityStoreId, sim, rename } = await prepare({ client: { settle: 0 } });
  const UserId = sim.state.users[0]?.userId;
  const hold = sim.faults.hold({ operation: "DescribeUser", when: "after" });
  const early = identityStore.describeUser({ IdentityStoreId, UserId });
  await hold.reached;
  await rename("augusta");
  hold.release();
  expect((await early).UserName).toBe("ada");
  const late = await identityStore.describeUser({ IdentityStoreId, UserId });
  expect([late.UserName, isHit(late)]).toEqual(["augusta", false]);
});

test("a read that begins after a write was answered does not join one that began before it", async () => {
  const { identityStore, IdentityStoreId, sim, rename } = await prepare();
  const UserId = sim.state.users[0]?.userId;
  const hold = sim.faults.hold({ operation: "DescribeUser", when: "after" });
  const early = identityStore.describeUser({ IdentityStoreId, UserId });
  await hold.reached;
  await rename("augusta");
  const late = identityStore.describeUser({ IdentityStoreId, UserId });
  hold.release();
  expect((await late).UserName).toBe("augusta");
  expect(dataOf(await early)).toMatchObject({ UserName: "ada" });
});
