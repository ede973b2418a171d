import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { Cache } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { beforeAll, describe, expect, test } from "vitest";
import { Audit, createCachedClient, createCachedService, type CachedService } from "../src/index.ts";
import { failureOf, isHit, newManager, startFixture, type Fixture } from "./support/fixture.ts";
import { RateLimitedAws, readSharedFiles } from "./support/rate-limited-aws.ts";

const nothing = { compared: 0, differed: 0, overtaken: 0, failed: 0, skipped: 0, stale: undefined };

/** An organisation of one, and clients all of whose hits are audited. */
async function setUp(
  audit = new Audit({ share: 1 }),
): Promise<Fixture & { readonly audit: Audit; ada: string }> {
  const fixture = await startFixture({ client: { audit } });
  const ada = fixture.sim.console.createUser({ UserName: "ada" });
  return { ...fixture, audit, ada };
}

/** Called after AWS has answered, before the caller hears of it. */
function afterAnswers({ aws }: Fixture, hook: () => Promise<void>): void {
  aws.identityStore.middlewareStack.add(
    (next) => async (request) => {
      const answer = await next(request);
      await hook();
      return answer;
    },
    { step: "initialize", name: "hook" },
  );
}

describe("a client whose hits are audited", () => {
  test("finds no difference where there is none, and changes nothing", async () => {
    const { identityStore, IdentityStoreId, ada, audit, events, clock } = await setUp();
    for (let time = 0; time < 3; time++) {
      await identityStore.listUsers({ IdentityStoreId });
      await identityStore.describeUser({ IdentityStoreId, UserId: ada });
      await audit.settled();
      await clock.advance(10_000);
    }
    expect(audit.report()).toEqual({
      ...nothing,
      seen: 4,
      compared: 4,
      byOperation: {
        "user:list": { ...nothing, seen: 2, compared: 2 },
        "user:describe": { ...nothing, seen: 2, compared: 2 },
      },
    });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(true);
    expect(events).toEqual([]);
  });

  test("finds a change from outside, says how long it was unseen at most, and drops the entry", async () => {
    const { identityStore, IdentityStoreId, audit, events, clock, sim } = await setUp();
    await identityStore.listUsers({ IdentityStoreId });
    await clock.advance(20_000);
    sim.console.createUser({ UserName: "ben" });
    await clock.advance(7_000);
    const stale = await identityStore.listUsers({ IdentityStoreId });
    expect(isHit(stale)).toBe(true);
    await audit.settled();
    const report = audit.report();
    expect(report).toMatchObject({ seen: 1, compared: 1, differed: 1 });
    expect(report.stale).toEqual({ atLeast: 0, atMost: 27_000 });
    expect(report.byOperation["user:list"]).toMatchObject({ differed: 1, stale: report.stale });
    expect(events).toEqual([
      {
        type: "audit-difference",
        service: "identitystore",
        command: "ListUsers",
        key: `user:list:all:IdentityStoreId="${IdentityStoreId}"`,
        fields: ["Users"],
        stale: { atLeast: 0, atMost: 27_000 },
      },
    ]);
    const fresh = await identityStore.listUsers({ IdentityStoreId });
    expect(isHit(fresh)).toBe(false);
    expect(fresh.Users).toHaveLength(2);
  });

  test("knows better since when, where the same entry was found good before", async () => {
    const { identityStore, IdentityStoreId, ada, audit, clock, sim } = await setUp();
    const read = async (): Promise<void> => {
      await identityStore.describeUser({ IdentityStoreId, UserId: ada });
      await audit.settled();
    };
    await read();
    await clock.advance(20_000);
    await read();
    await clock.advance(5_000);
    sim.console.updateUser(ada, { AttributePath: "displayName", AttributeValue: "Ada L." });
    await clock.advance(3_000);
    await read();
    expect(audit.report()).toMatchObject({ compared: 2, differed: 1, stale: { atLeast: 0, atMost: 8_000 } });
    // What was known of the entry before is nothing to the one that took its place.
    await read();
    await clock.advance(30_000);
    sim.console.updateUser(ada, { AttributePath: "displayName", AttributeValue: "Ada" });
    await read();
    expect(audit.report()).toMatchObject({ compared: 3, differed: 2, stale: { atLeast: 0, atMost: 30_000 } });
  });

  test("the time from AWS's answer until the entry was dropped is the least", async () => {
    const fixture = await setUp();
    const { identityStore, IdentityStoreId, audit, clock, sim, cache } = fixture;
    await identityStore.listUsers({ IdentityStoreId });
    sim.console.createUser({ UserName: "ben" });
    await identityStore.listUsers({ IdentityStoreId });
    cache.on("invalidated", () => void clock.advance(40));
    await audit.settled();
    expect(audit.report().stale).toEqual({ atLeast: 40, atMost: 40 });
  });

  test("an answer that something is not there is compared as well", async () => {
    const { identityStore, IdentityStoreId, audit, sim, clock, ada } = await setUp();
    const input = {
      IdentityStoreId,
      AlternateIdentifier: { UniqueAttribute: { AttributePath: "userName", AttributeValue: "ben" } },
    };
    for (let time = 0; time < 2; time++) await failureOf(identityStore.getUserId(input));
    await audit.settled();
    expect(audit.report()).toMatchObject({ seen: 1, compared: 1, differed: 0 });
    await clock.advance(1_000);
    sim.console.createUser({ UserName: "ben" });
    await failureOf(identityStore.getUserId(input));
    await audit.settled();
    expect(audit.report()).toMatchObject({ seen: 2, compared: 2, differed: 1 });
    await identityStore.describeUser({ IdentityStoreId, UserId: ada });
    sim.console.deleteUser(ada);
    await identityStore.describeUser({ IdentityStoreId, UserId: ada });
    await audit.settled();
    expect(audit.report()).toMatchObject({ compared: 3, differed: 2 });
    expect(
      (await failureOf(identityStore.getUserId(input).then(() => Promise.reject(new Error("found")))))
        .message,
    ).toBe("found");
  });

  test.each(["in this process", "in another process"])(
    "what a write overtakes %s is no difference",
    async (place) => {
      const fixture = await setUp();
      const { identityStore, IdentityStoreId, audit, events } = fixture;
      const other = place === "in this process" ? fixture : fixture.start();
      await identityStore.listUsers({ IdentityStoreId });
      await identityStore.listUsers({ IdentityStoreId });
      // The audit is on its way, and has not asked yet.
      await other.identityStore.createUser({
        IdentityStoreId,
        UserName: "ben",
        DisplayName: "Ben",
        Name: { GivenName: "Ben", FamilyName: "B" },
      });
      await audit.settled();
      expect(audit.report()).toMatchObject({ seen: 1, compared: 0, differed: 0, overtaken: 1 });
      expect(events).toEqual([]);
    },
  );

  test("nor is what a write overtakes while AWS is asked, also where it was loaded again since", async () => {
    const fixture = await setUp();
    const { identityStore, IdentityStoreId, audit, events, sim } = fixture;
    const other = fixture.start();
    await identityStore.listUsers({ IdentityStoreId });
    let written = false;
    afterAnswers(fixture, async () => {
      if (written) return;
      written = true;
      sim.console.createUser({ UserName: "ben" });
      await other.cache.invalidate(`users:${IdentityStoreId}`);
      await other.identityStore.listUsers({ IdentityStoreId });
    });
    await identityStore.listUsers({ IdentityStoreId });
    await audit.settled();
    expect(written).toBe(true);
    expect(audit.report()).toMatchObject({ compared: 0, differed: 0, overtaken: 1 });
    expect(events).toEqual([]);
  });

  test("nor is what came to somebody whom the client has become meanwhile", async () => {
    let caller = "ada";
    const audit = new Audit({ share: 1 });
    const fixture = await startFixture({ client: { audit, caller: () => caller } });
    const { identityStore, IdentityStoreId, sim, events } = fixture;
    await identityStore.listUsers({ IdentityStoreId });
    sim.console.createUser({ UserName: "ben" });
    afterAnswers(fixture, async () => void (caller = "ben"));
    await identityStore.listUsers({ IdentityStoreId });
    await audit.settled();
    expect(audit.report()).toMatchObject({ seen: 1, compared: 0, differed: 0, overtaken: 1 });
    expect(events).toEqual([]);
  });

  test("only the share that was asked for is compared, as chance has it", async () => {
    const numbers = [0.1, 0.9, 0.24, 0.25, 0.3];
    const audit = new Audit({ share: 0.25, random: () => numbers.shift() ?? 1 });
    const { identityStore, IdentityStoreId } = await setUp(audit);
    for (let time = 0; time < 6; time++) {
      await identityStore.listUsers({ IdentityStoreId });
      await audit.settled();
    }
    expect(audit.report()).toMatchObject({ seen: 5, compared: 2 });
  });

  test("what AWS does not answer is counted, and nobody hears of it", async () => {
    const { identityStore, IdentityStoreId, audit, sim } = await setUp();
    await identityStore.listUsers({ IdentityStoreId });
    await sim.close();
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(true);
    await audit.settled();
    expect(audit.report()).toMatchObject({ seen: 1, compared: 0, failed: 1 });
    expect(isHit(await identityStore.listUsers({ IdentityStoreId }))).toBe(true);
  });

  test("what is chosen while enough waits is counted, and the same answer waits once", async () => {
    const audit = new Audit({ share: 1, maxWaiting: 1 });
    const { identityStore, IdentityStoreId, ada } = await setUp(audit);
    const read = (): Promise<unknown> => identityStore.describeUser({ IdentityStoreId, UserId: ada });
    await identityStore.listUsers({ IdentityStoreId });
    await read();
    await Promise.all([identityStore.listUsers({ IdentityStoreId }), read(), read()]);
    await audit.settled();
    const { seen, compared, skipped } = audit.report();
    expect([seen, compared + skipped]).toEqual([3, 3]);
    expect(skipped).toBeGreaterThan(0);
  });

  test("one that is closed gives up, and compares nothing any more", async () => {
    const { identityStore, IdentityStoreId, audit } = await setUp();
    await identityStore.listUsers({ IdentityStoreId });
    await identityStore.listUsers({ IdentityStoreId });
    audit.close();
    audit.close();
    await audit.settled();
    await identityStore.listUsers({ IdentityStoreId });
    await audit.settled();
    expect(audit.report()).toMatchObject({ seen: 2, compared: 0 });
  });

  test("who gives up his own call does not give up the audit of it", async () => {
    const { identityStore, IdentityStoreId, audit } = await setUp();
    await identityStore.listUsers({ IdentityStoreId });
    const controller = new AbortController();
    await identityStore.listUsers({ IdentityStoreId }, { abortSignal: controller.signal });
    controller.abort();
    await audit.settled();
    expect(audit.report()).toMatchObject({ compared: 1, failed: 0 });
  });
});

describe("an audit under a full quota", () => {
  const InstanceArn = "arn:aws:sso:::instance/ssoins-1";

  /** How many interactive calls are answered in 5 s, and how many were audited then. */
  async function answered(share: number): Promise<readonly [interactive: number, audited: number]> {
    const clock = new FakeClock();
    const aws = new RateLimitedAws(clock, 20);
    const storage = openMemoryStorage({}, { clock, random: () => 0.5, emit: () => undefined });
    const cache: Cache = newManager(clock, storage);
    const audit = new Audit({ share });
    const client = createCachedClient(new SSOAdmin(aws.clientConfig), { cache, clock, caller: "ada", audit });
    const pass = async (milliseconds: number): Promise<void> => {
      for (let passed = 0; passed <= milliseconds; passed += 10) {
        await clock.advance(10);
        for (let turn = 0; turn < 10; turn++) await clock.advance(0);
      }
    };
    const kept = Array.from({ length: 10 }, (_, number) => ({
      InstanceArn,
      PermissionSetArn: `kept-${number}`,
    }));
    for (const input of kept) void client.describePermissionSet(input);
    await pass(3_000);
    let interactive = 0;
    let asked = 0;
    const ask = (count: number): void => {
      for (let time = 0; time < count; time++) {
        const input = { InstanceArn, PermissionSetArn: `new-${asked++}` };
        void client.describePermissionSet(input).then(() => interactive++);
      }
    };
    // Always more than there is room for.
    ask(40);
    for (const input of kept) void client.describePermissionSet(input);
    for (let second = 0; second < 5; second++) {
      await pass(500);
      ask(15);
      await pass(500);
      ask(15);
    }
    const during = [interactive, audit.report().compared] as const;
    await pass(10_000);
    expect(interactive).toBe(asked);
    expect(audit.report().compared).toBe(share * 10);
    expect(aws.refused).toBe(0);
    return during;
  }

  beforeAll(readSharedFiles);

  test("slows nobody down who asks, and is done when there is room", async () => {
    const [without] = await answered(0);
    const [interactive, audited] = await answered(1);
    expect(interactive).toBe(without);
    expect(audited).toBe(0);
  });
});

describe("an audit of what is cached", () => {
  type Service = CachedService<"identitystore">;

  async function setUpService(): Promise<
    Fixture & { service: Service; open: (caller: string) => Service; ada: string }
  > {
    const fixture = await startFixture();
    const { aws, cache, clock, IdentityStoreId } = fixture;
    const ada = fixture.sim.console.createUser({ UserName: "ada" });
    const open = (caller: string): Service =>
      createCachedService({
        service: "identitystore",
        loadClient: async () => aws.identityStore,
        region: "us-east-1",
        caller,
        cache,
        clock,
        quota: false,
        onEvent: (event) => fixture.events.push(event),
      });
    const service = open("me");
    await service.call("ListUsers", { IdentityStoreId });
    await service.call("DescribeUser", { IdentityStoreId, UserId: ada });
    return { ...fixture, service, open, ada };
  }

  test("asks for each entry of the caller and the service, and finds what has changed", async () => {
    const { service, sim, clock, IdentityStoreId, events, ssoAdmin, InstanceArn } = await setUpService();
    await ssoAdmin.listPermissionSets({ InstanceArn });
    expect(await service.audit()).toMatchObject({ seen: 2, compared: 2, differed: 0 });
    await clock.advance(9_000);
    sim.console.createUser({ UserName: "ben" });
    const progress: unknown[] = [];
    const differences: unknown[] = [];
    const report = await service.audit({
      // Whoever throws hears of the next one all the same.
      onProgress: (told) => {
        progress.push(told);
        throw new Error("nobody's");
      },
      onDifference: ({ command, fields, stale }) => {
        differences.push([command, fields, stale.atMost]);
        throw new Error("nobody's");
      },
    });
    expect(differences).toEqual([["ListUsers", ["Users"], 9_000]]);
    expect(report).toMatchObject({ seen: 2, compared: 2, differed: 1, stale: { atLeast: 0, atMost: 9_000 } });
    expect(report.byOperation).toMatchObject({
      "user:list": { differed: 1 },
      "user:describe": { differed: 0 },
    });
    expect(progress).toEqual([
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ]);
    expect(events.map(({ type }) => type)).toEqual(["audit-difference"]);
    expect(await service.has("ListUsers", { IdentityStoreId })).toBe(false);
    const stats = await service.audit();
    expect(stats).toMatchObject({ seen: 1, compared: 1, differed: 0 });
  });

  test("asks for what is the caller's own, and for lists by their first page", async () => {
    const { service, open, sim, IdentityStoreId } = await setUpService();
    const other = open("somebody else");
    for (const command of ["ListUsers", "ListGroups"] as const)
      await other.call(command, { IdentityStoreId });
    sim.console.createUser({ UserName: "ben" });
    let pages = 0;
    for await (const _ of service.paginate("ListUsers", { IdentityStoreId, MaxResults: 1 })) pages++;
    expect(pages).toBe(2);
    const { seen, compared } = await service.audit();
    // A user, all users, and the first one of them.
    expect([seen, compared]).toEqual([3, 3]);
  });

  test("of a share, one at least, and no more than the limit, as chance has it", async () => {
    const { service } = await setUpService();
    expect(await service.audit({ share: 0.01, random: () => 0 })).toMatchObject({ seen: 2, compared: 1 });
    expect(await service.audit({ limit: 1, random: () => 0.99 })).toMatchObject({ seen: 2, compared: 1 });
    expect(await service.audit({ share: 0 })).toMatchObject({ seen: 2, compared: 0 });
    const chosen = await service.audit({ limit: 1, random: () => 0 });
    const others = await service.audit({ limit: 1, random: () => 0.99 });
    const compared = ({ byOperation }: typeof chosen): readonly string[] =>
      Object.entries(byOperation).flatMap(([name, counts]) => (counts.compared > 0 ? [name] : []));
    expect(new Set([...compared(chosen), ...compared(others)]).size).toBe(2);
  });

  test("ends when it is told to", async () => {
    const { service } = await setUpService();
    const controller = new AbortController();
    const report = await service.audit({ signal: controller.signal, onProgress: () => controller.abort() });
    expect(report).toMatchObject({ seen: 2, compared: 1 });
  });

  test.each([{ share: 2 }, { share: Number.NaN }, { limit: -1 }])("%o is a mistake", async (options) => {
    const { service } = await setUpService();
    await expect(service.audit(options)).rejects.toThrow(RangeError);
  });
});

test.each<[object, typeof TypeError | typeof RangeError]>([
  [{}, TypeError],
  [{ share: "1" }, TypeError],
  [{ share: 1.1 }, RangeError],
  [{ share: -1 }, RangeError],
  [{ share: 1, maxWaiting: 0 }, RangeError],
  [{ share: 1, random: 1 }, TypeError],
])("an audit with %o is a mistake", (options, kind) => {
  expect(() => new Audit(options as never)).toThrow(kind);
});
