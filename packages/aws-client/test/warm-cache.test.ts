import { Identitystore } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import {
  createCachedService,
  listAllAssignments,
  warmCache,
  warmKinds,
  type CachedService,
  type CachedServiceOptions,
  type WarmKind,
  type WarmOptions,
  type WarmProgress,
  type WarmReport,
} from "../src/index.ts";
import { failureOf, startFixture, type Fixture } from "./support/fixture.ts";

const users = 25;
const groups = 6;
const permissionSets = 7;
const population = { users, groups, permissionSets, accounts: 3, assignments: 12 };

interface Prepared extends Fixture {
  readonly services: {
    readonly identityStore: CachedService<"identitystore">;
    readonly ssoAdmin: CachedService<"sso-admin">;
  };
  /** Warms, and counts the requests that AWS has got. */
  readonly warm: (
    options?: Partial<WarmOptions>,
  ) => Promise<{ readonly report: WarmReport; readonly calls: number }>;
}

async function prepare(
  maxAttempts = 1,
  more: Partial<CachedServiceOptions<"sso-admin">> = {},
): Promise<Prepared> {
  const fixture = await startFixture({ population, pageSize: 10, client: { caller: "ada" } });
  const { sim, cache, clock, InstanceArn, IdentityStoreId } = fixture;
  const config = { ...sim.clientConfig, maxAttempts };
  const { endpoint, region } = config;
  const common = { cache, clock, region, endpoint, caller: "ada", settle: 0, quota: false, ...more } as const;
  const services = {
    identityStore: createCachedService({
      ...common,
      service: "identitystore",
      loadClient: async () => new Identitystore(config),
    }),
    ssoAdmin: createCachedService({
      ...common,
      service: "sso-admin",
      loadClient: async () => new SSOAdmin(config),
    }),
  };
  const warm: Prepared["warm"] = async (options = {}) => {
    const before = sim.calls.total;
    const report = await warmCache({ ...services, InstanceArn, IdentityStoreId, clock, ...options });
    return { report, calls: sim.calls.total - before };
  };
  return { ...fixture, services, warm };
}

/** Moves the clock on while somebody waits for it, and not while a request is under way. */
async function whileTimePasses<Result>(
  clock: Fixture["clock"],
  step: number,
  work: Promise<Result>,
): Promise<Result> {
  let isOver = false;
  const over = (): void => void (isOver = true);
  void work.then(over, over);
  while (!isOver) {
    if (clock.waiting > 0) await clock.advance(step);
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return work;
}

/** What people read, as a client of the SDK asks for it. */
async function readEverything({ identityStore, ssoAdmin, InstanceArn, IdentityStoreId, services }: Prepared) {
  for await (const _ of services.identityStore.paginate("ListUsers", { IdentityStoreId }));
  const { Groups = [] } = await identityStore.listGroups({ IdentityStoreId });
  for (const { GroupId } of Groups) await identityStore.listGroupMemberships({ IdentityStoreId, GroupId });
  const { PermissionSets = [] } = await ssoAdmin.listPermissionSets({ InstanceArn });
  for (const PermissionSetArn of PermissionSets) {
    const input = { InstanceArn, PermissionSetArn };
    await ssoAdmin.describePermissionSet(input);
    await ssoAdmin.listManagedPoliciesInPermissionSet(input);
    await ssoAdmin.listCustomerManagedPolicyReferencesInPermissionSet(input);
    await ssoAdmin.getInlinePolicyForPermissionSet(input);
    await ssoAdmin.getPermissionsBoundaryForPermissionSet(input).catch(() => undefined);
    await ssoAdmin.listTagsForResource({ InstanceArn, ResourceArn: PermissionSetArn });
  }
  let rows = 0;
  for await (const _ of listAllAssignments(services.ssoAdmin, InstanceArn)) rows++;
  return rows;
}

const countsOf = ({ kinds }: WarmReport): object =>
  Object.fromEntries(
    kinds.map(({ kind, loaded, fresh, failed, left }) => [kind, [loaded, fresh, failed, left]]),
  );

describe("after a warm", () => {
  test("what people read is there", async () => {
    const prepared = await prepare();
    const { report, calls } = await prepared.warm();
    expect(report.outcome).toBe("complete");
    expect(report.calls).toBe(calls);
    prepared.sim.calls.reset();
    expect(await readEverything(prepared)).toBe(12);
    expect(prepared.sim.calls.total).toBe(0);
  });

  test("everything was asked for once, and nothing else", async () => {
    const { warm, sim } = await prepare();
    const { report } = await warm();
    const { operations } = sim.calls.snapshot();
    expect(
      Object.fromEntries(Object.entries(operations).map(([name, { received }]) => [name, received])),
    ).toEqual({
      ListUsers: 3,
      ListGroups: 1,
      ListGroupMemberships: groups,
      ListPermissionSets: 1,
      DescribePermissionSet: permissionSets,
      ListManagedPoliciesInPermissionSet: permissionSets,
      ListCustomerManagedPolicyReferencesInPermissionSet: permissionSets,
      GetInlinePolicyForPermissionSet: permissionSets,
      GetPermissionsBoundaryForPermissionSet: permissionSets,
      ListTagsForResource: permissionSets,
      ListAccountsForProvisionedPermissionSet: permissionSets,
      ListAccountAssignments: 12,
    });
    expect(countsOf(report)).toEqual({
      users: [3, 0, 0, 0],
      groups: [1, 0, 0, 0],
      memberships: [groups, 0, 0, 0],
      "permission-sets": [1 + 6 * permissionSets, 0, 0, 0],
      assignments: [permissionSets + 12, 0, 0, 0],
    });
  });

  test("another one asks nothing", async () => {
    const { warm } = await prepare();
    const first = await warm();
    const { report, calls } = await warm({ budget: { calls: 0 } });
    expect([calls, report.calls, report.outcome]).toEqual([0, 0, "complete"]);
    expect(report.kinds.map(({ fresh }) => fresh)).toEqual(first.report.kinds.map(({ loaded }) => loaded));
  });

  test("what was invalidated since is asked for again, and no more", async () => {
    const { warm, cache } = await prepare();
    await warm();
    await cache.invalidate(["group:members:*"]);
    const { report } = await warm();
    expect(report.calls).toBe(groups);
  });
});

test("what is older than its services allow is loaded again, within the budget", async () => {
  const { warm, clock } = await prepare(1, { maxAge: 60_000 });
  const { calls: all } = await warm();
  expect((await warm()).calls).toBe(0);
  await clock.advance(60_000);
  expect((await warm({ budget: { calls: 5 } })).calls).toBe(5);
  const { report, calls } = await warm();
  expect([report.outcome, calls]).toEqual(["complete", all - 5]);
  const always = await prepare(1, { maxAge: 0 });
  await always.warm();
  expect((await always.warm()).calls).toBe(all);
});

test("only what was asked for is loaded, in the planned order, with what it needs", async () => {
  const { warm } = await prepare();
  const { report } = await warm({ what: ["assignments", "memberships", "memberships"] });
  expect(countsOf(report)).toEqual({
    memberships: [1 + groups, 0, 0, 0],
    assignments: [1 + permissionSets + 12, 0, 0, 0],
  });
});

test("with the accounts, fewer questions lead to the assignments", async () => {
  const { warm, sim } = await prepare();
  const { report } = await warm({ what: ["assignments"], accountIds: sim.accountIds });
  expect(report.outcome).toBe("complete");
  expect(sim.calls.of("ListPermissionSetsProvisionedToAccount").received).toBe(3);
  expect(sim.calls.of("ListAccountsForProvisionedPermissionSet").received).toBe(0);
});

describe("a budget", () => {
  test("is never exceeded, and the next run goes on from there", async () => {
    const { warm } = await prepare();
    const { calls: all } = await (await prepare()).warm();
    let made = 0;
    for (let run = 1; run < 100; run++) {
      const { report, calls } = await warm({ budget: { calls: 10 } });
      expect(calls).toBeLessThanOrEqual(10);
      expect(report.calls).toBe(calls);
      made += calls;
      if (report.outcome === "complete") break;
      expect(report.outcome).toBe("budget-spent");
      expect(calls).toBe(10);
    }
    expect(made).toBe(all);
  });

  test("says what is left, where that can be known", async () => {
    const { warm } = await prepare();
    const { report } = await warm({ budget: { calls: 3 + 1 + 4 }, concurrency: 1 });
    expect(countsOf(report)).toEqual({
      users: [3, 0, 0, 0],
      groups: [1, 0, 0, 0],
      memberships: [4, 0, 0, groups - 4],
      "permission-sets": [0, 0, 0, undefined],
      assignments: [0, 0, 0, undefined],
    });
    const next = await warm({ budget: { calls: 2 } });
    expect(countsOf(next.report)).toMatchObject({ users: [0, 3, 0, 0], memberships: [2, 4, 0, 0] });
  });

  test("counts the SDK's own retries", async () => {
    const { warm, sim } = await prepare(3);
    sim.faults.add({ kind: "error-before", status: 500, times: "always" });
    const { report, calls } = await warm({ budget: { calls: 2 } });
    expect([calls, report.calls, report.outcome]).toEqual([2, 2, "budget-spent"]);
  });

  test("does not count what somebody else is just asking for", async () => {
    const { warm, sim, services, IdentityStoreId } = await prepare();
    using hold = sim.faults.hold({ operation: "ListGroups" });
    const asked = services.identityStore.call("ListGroups", { IdentityStoreId });
    await hold.reached;
    const warming = warm({ what: ["groups", "memberships"], budget: { calls: groups } });
    hold.release();
    await asked;
    expect((await warming).report).toMatchObject({ outcome: "complete", calls: groups });
  });

  test("that ends in the middle of a list leaves its end to the next run", async () => {
    const { warm } = await prepare();
    const first = await warm({ what: ["users"], budget: { calls: 2 } });
    expect(countsOf(first.report)).toEqual({ users: [2, 0, 0, undefined] });
    const second = await warm({ what: ["users"] });
    expect(countsOf(second.report)).toEqual({ users: [1, 2, 0, 0] });
  });

  test("is nobody else's: who joins a request of which there may be no more makes his own", async () => {
    const { warm, sim, services, IdentityStoreId } = await prepare(3);
    using hold = sim.faults.hold({ operation: "ListUsers" });
    sim.faults.add({ kind: "error-before", status: 500, operation: "ListUsers" });
    const warming = warm({ what: ["users"], budget: { calls: 1 } });
    await hold.reached;
    const joined = services.identityStore.call("ListUsers", { IdentityStoreId });
    hold.release();
    expect((await warming).report).toMatchObject({ outcome: "budget-spent", calls: 1 });
    expect((await joined).Users).toHaveLength(10);
  });
});

describe("when it is to end", () => {
  test("it does, keeps what it has, and says what is left; the next run makes only the rest", async () => {
    const { warm } = await prepare();
    const { calls: all } = await (await prepare()).warm();
    const controller = new AbortController();
    let answers = 0;
    const onProgress = (): void => {
      if (++answers === 30) controller.abort();
    };
    const first = await warm({ signal: controller.signal, onProgress, concurrency: 1 });
    expect(first.report).toMatchObject({ outcome: "aborted", calls: 30 });
    expect(first.report.kinds[3]).toMatchObject({
      kind: "permission-sets",
      loaded: 20,
      left: 1 + 6 * permissionSets - 20,
    });
    const second = await warm();
    expect(second.report.outcome).toBe("complete");
    expect(first.calls + second.calls).toBe(all);
  });

  test("it does so at once, also while AWS does not answer", async () => {
    const { warm, sim } = await prepare();
    using hold = sim.faults.hold({ operation: "ListGroups" });
    const controller = new AbortController();
    const warming = warm({ signal: controller.signal });
    await hold.reached;
    controller.abort();
    const { report } = await warming;
    expect(countsOf(report)).toMatchObject({ users: [3, 0, 0, 0], groups: [0, 0, 0, undefined] });
    expect(report.outcome).toBe("aborted");
  });

  test("before it has begun, it asks nothing", async () => {
    const { warm } = await prepare();
    const { report, calls } = await warm({ signal: AbortSignal.abort() });
    expect([report.outcome, calls, report.kinds.length]).toEqual(["aborted", 0, warmKinds.length]);
  });
});

describe("what AWS refuses", () => {
  const denied = { kind: "error-before", error: "AccessDeniedException", times: "always" } as const;

  test("is told, is not asked for ever, and the others go on", async () => {
    const { warm, sim } = await prepare();
    sim.faults.add({ ...denied, operation: "ListTagsForResource" });
    const { report } = await warm({ concurrency: 1 });
    expect(report.outcome).toBe("incomplete");
    expect(report.kinds.find(({ kind }) => kind === "permission-sets")).toMatchObject({
      loaded: 1 + 5 * permissionSets,
      failed: permissionSets,
      left: 0,
      problems: [
        { command: "ListTagsForResource", times: permissionSets, error: { name: "AccessDeniedException" } },
      ],
    });
    expect(sim.calls.of("ListTagsForResource").received).toBe(5);
    expect(report.kinds.at(-1)).toMatchObject({ kind: "assignments", failed: 0, left: 0 });
  });

  test("once in a while is asked for each time", async () => {
    const { warm, sim } = await prepare();
    for (let time = 0; time < 3; time++)
      sim.faults.add({ ...denied, times: 1, operation: "ListGroupMemberships" });
    const { report } = await warm({ what: ["memberships"], concurrency: 1 });
    expect(countsOf(report)).toEqual({ memberships: [1 + groups - 3, 0, 3, 0] });
    expect(countsOf((await warm({ what: ["memberships"] })).report)).toEqual({
      memberships: [3, 1 + groups - 3, 0, 0],
    });
  });

  test("now and then only, is asked for to the end", async () => {
    const { warm, sim } = await prepare();
    const refuse = (times: number): object =>
      sim.faults.add({ ...denied, times, operation: "DescribePermissionSet" });
    refuse(4);
    let answers = 0;
    const onProgress = (): void => {
      // The list, four that were refused, and one that was not.
      if (++answers === 1 + 4 + 1) refuse(2);
    };
    await warm({ what: ["permission-sets"], concurrency: 1, onProgress });
    expect(sim.calls.of("DescribePermissionSet").received).toBe(permissionSets);
  });

  test("keeps away only what needs it", async () => {
    const { warm, sim } = await prepare();
    sim.faults.add({ ...denied, operation: "ListGroups" });
    sim.faults.add({ ...denied, operation: "ListAccountsForProvisionedPermissionSet" });
    const { report } = await warm();
    const another = await prepare();
    another.sim.faults.add({ ...denied, operation: "ListPermissionSets" });
    const { report: other } = await another.warm();
    expect(countsOf(other)).toMatchObject({
      memberships: [groups, 0, 0, 0],
      "permission-sets": [0, 0, 1, undefined],
      assignments: [0, 0, 1, undefined],
    });
    expect(countsOf(report)).toEqual({
      users: [3, 0, 0, 0],
      groups: [0, 0, 1, undefined],
      memberships: [0, 0, 1, undefined],
      "permission-sets": [1 + 6 * permissionSets, 0, 0, 0],
      assignments: [0, 0, permissionSets, undefined],
    });
  });

  test("because it is asked too much is asked again later, and later still", async () => {
    const { warm, sim, clock } = await prepare();
    sim.faults.add({ kind: "error-before", error: "ThrottlingException", operation: "ListUsers", times: 3 });
    const began = clock.monotonic();
    const { report } = await whileTimePasses(clock, 100, warm({ what: ["users"] }));
    expect(report).toMatchObject({ outcome: "complete", calls: 6 });
    expect(clock.monotonic() - began).toBe(1000 + 2000 + 4000);
  });

  test("is told, when it has been asked too much for half a minute", async () => {
    const { warm, sim, clock } = await prepare();
    sim.faults.add({ kind: "throttle", operation: "ListUsers", times: "always" });
    const began = clock.monotonic();
    const { report } = await whileTimePasses(clock, 1_000, warm({ what: ["users"] }));
    expect(report).toMatchObject({ outcome: "incomplete", calls: 6 });
    expect(report.kinds[0]?.problems).toMatchObject([
      { command: "ListUsers", times: 1, error: { name: "ThrottlingException" } },
    ]);
    expect(clock.monotonic() - began).toBe(31_000);
  });

  test("is the end of the wait for somebody who gives up", async () => {
    const { warm, sim, clock } = await prepare();
    sim.faults.add({ kind: "error-before", error: "ThrottlingException", times: "always" });
    const controller = new AbortController();
    const warming = warm({ signal: controller.signal });
    // Until it waits.
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect((await warming).report).toMatchObject({ outcome: "aborted", calls: 1 });
  });
});

describe("what is not kept", () => {
  test("is not loaded for ever", async () => {
    const { warm } = await prepare(1, { ttl: 0 });
    const { report, calls } = await warm({ concurrency: 1 });
    expect([report.outcome, calls]).toEqual(["not-kept", 20]);
  });

  test("now and then, as just after a write, keeps nothing else away", async () => {
    const commands = {
      DescribePermissionSet: 0,
      ListManagedPoliciesInPermissionSet: 0,
      GetInlinePolicyForPermissionSet: 0,
      ListTagsForResource: 0,
    };
    const { warm } = await prepare(1, { ttl: { commands } });
    expect((await warm({ concurrency: 1 })).report.outcome).toBe("complete");
  });

  test("because AWS is not there, and what there is has expired, has failed", async () => {
    const { warm, sim, clock } = await prepare(1, { staleIfError: 3_600_000 });
    await warm({ what: ["users"] });
    await clock.advance(1_000_000);
    sim.faults.add({ kind: "error-before", status: 500, times: "always" });
    const { report } = await warm({ what: ["users"] });
    expect(report.outcome).toBe("incomplete");
    expect(report.kinds).toMatchObject([
      { kind: "users", loaded: 0, fresh: 0, failed: 1, problems: [{ error: { name: "StaleAnswerError" } }] },
    ]);
  });
});

test("tells how far it is after every answer", async () => {
  const { warm } = await prepare();
  const heard: WarmProgress[] = [];
  const { report } = await warm({
    onProgress(progress) {
      heard.push(progress);
      throw new Error("Nobody's");
    },
  });
  expect(heard).toHaveLength(report.calls);
  expect(heard.map(({ calls }) => calls).toSorted((one, other) => one - other)).toEqual(
    heard.map(({ calls }) => calls),
  );
  for (const { kind, loaded } of report.kinds) {
    const ofKind = heard.filter((progress) => progress.kind === kind);
    expect(ofKind.map(({ done }) => done)).toEqual(Array.from({ length: loaded }, (_, index) => index + 1));
    // Who reads a list does not know how long it is.
    const isOneList = kind === "users" || kind === "groups";
    expect(ofKind.at(-1)).toMatchObject(isOneList ? { total: undefined } : { total: loaded, timeLeft: 0 });
  }
});

test.each<[Partial<Record<keyof WarmOptions, unknown>>, typeof TypeError | typeof RangeError]>([
  [{ what: ["user"] }, RangeError],
  [{ what: "users" satisfies WarmKind }, TypeError],
  [{ concurrency: 0 }, RangeError],
  [{ InstanceArn: undefined }, TypeError],
  [{ identityStore: undefined }, TypeError],
  [{ ssoAdmin: {} }, TypeError],
  [{ onProgress: 1 }, TypeError],
  [{ budget: { calls: -1 } }, RangeError],
])("%o is a mistake", async (options, error) => {
  const { warm, sim } = await prepare();
  expect(await failureOf(warm(options as never))).toBeInstanceOf(error);
  expect(sim.calls.total).toBe(0);
});
