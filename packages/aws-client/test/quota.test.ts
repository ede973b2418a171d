import { Identitystore } from "@aws-sdk/client-identitystore";
import { Organizations } from "@aws-sdk/client-organizations";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { Cache } from "@awsideman/cache-core";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { beforeAll, expect, test } from "vitest";
import { createCachedClient, createCachedService, type CachedClientOptions } from "../src/index.ts";
import { RateLimitedAws, readSharedFiles } from "./support/rate-limited-aws.ts";
import { newManager } from "./support/fixture.ts";

const IdentityStoreId = "d-1234567890";
const InstanceArn = "arn:aws:sso:::instance/ssoins-1";

interface Process {
  /** Asks so many questions that nobody has asked before, all at once. */
  readonly ask: (times: number, signal?: AbortSignal) => void;
  readonly cache: Cache;
  readonly identityStore: Identitystore;
  readonly ssoAdmin: SSOAdmin;
}

interface Setup {
  readonly clock: FakeClock;
  readonly aws: RateLimitedAws;
  /** What callers were answered, by the name of the error. */
  readonly answers: Map<string, number>;
  readonly start: (options?: Partial<CachedClientOptions>) => Process;
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** Processes on one storage, in front of a service that takes 20 calls a second. Time stands still. */
function setUp(): Setup {
  const clock = new FakeClock();
  const aws = new RateLimitedAws(clock, 20);
  const storage = openMemoryStorage({}, { clock, random: () => 0.5, emit: () => undefined });
  const answers = new Map<string, number>();
  let asked = 0;
  const start = (options: Partial<CachedClientOptions> = {}): Process => {
    const cached = { cache: newManager(clock, storage), clock, caller: "ada", ...options };
    const identityStore = createCachedClient(new Identitystore(aws.clientConfig), cached);
    const ssoAdmin = createCachedClient(new SSOAdmin(aws.clientConfig), cached);
    const ask = (times: number, signal?: AbortSignal): void => {
      for (let time = 0; time < times; time++) {
        const input = { InstanceArn, PermissionSetArn: `ps-${asked++}` };
        const abortSignal = signal === undefined ? {} : { abortSignal: signal };
        const note = (name: string): void => void answers.set(name, (answers.get(name) ?? 0) + 1);
        ssoAdmin.describePermissionSet(input, abortSignal).then(
          () => note("answered"),
          (error: Error) => note(error.name),
        );
      }
    };
    return { ask, cache: cached.cache, identityStore, ssoAdmin };
  };
  // Requests take no time, but many turns of the event loop.
  const pass = async (milliseconds: number): Promise<void> => {
    for (let turn = 0; turn < 30; turn++) await clock.advance(0);
    for (let passed = 0; passed < milliseconds; passed += 10) {
      await clock.advance(10);
      for (let turn = 0; turn < 10; turn++) await clock.advance(0);
    }
  };
  return { clock, aws, answers, start, pass };
}

beforeAll(readSharedFiles);

test.each([1, 6])("%i processes use all of the quota, and none of their calls is refused", async (count) => {
  const { aws, answers, start, pass } = setUp();
  const processes = Array.from({ length: count }, () => start());
  for (const { ask } of processes) ask(600 / count);
  await pass(20_000);
  expect(aws.refused).toBe(0);
  expect(answers.get("answered")).toBeGreaterThanOrEqual(0.95 * 20 * 20);
  expect([...answers.keys()]).toEqual(["answered"]);
});

test("without it AWS refuses", async () => {
  const { aws, answers, start, pass } = setUp();
  start({ quota: false }).ask(100);
  await pass(1000);
  expect(aws.refused).toBe(80);
  expect(answers.get("ThrottlingException")).toBe(80);
});

test("a hit waits for nobody", async () => {
  const { aws, start, pass } = setUp();
  const { ssoAdmin, ask } = start();
  const input = { InstanceArn, PermissionSetArn: "kept" };
  const first = ssoAdmin.describePermissionSet(input);
  await pass(0);
  await first;
  ask(200);
  await pass(0);
  const calls = aws.calls.length;
  await ssoAdmin.describePermissionSet(input);
  expect(aws.calls).toHaveLength(calls);
});

test("operations of sso-admin share a quota; those of identitystore have one each, in each store", async () => {
  const { aws, start, pass } = setUp();
  const { identityStore, ssoAdmin } = start();
  const ignore = (): void => undefined;
  for (let number = 0; number < 50; number++) {
    ssoAdmin.describePermissionSet({ InstanceArn, PermissionSetArn: `${number}` }).catch(ignore);
    ssoAdmin.listTagsForResource({ ResourceArn: `${number}` }).catch(ignore);
    identityStore.describeUser({ IdentityStoreId, UserId: `${number}` }).catch(ignore);
    identityStore.describeGroup({ IdentityStoreId, GroupId: `${number}` }).catch(ignore);
    identityStore.describeGroup({ IdentityStoreId: "d-another", GroupId: `${number}` }).catch(ignore);
  }
  await pass(1000);
  const times = (part: string): number => aws.calls.filter((call) => call.includes(part)).length;
  expect(times("SWBExternalService")).toBe(30);
  expect(times("DescribeUser")).toBe(30);
  expect(times("DescribeGroup")).toBe(60);
});

test("operations of Organizations have a quota each, in all regions together", async () => {
  const { aws, clock, start, pass } = setUp();
  for (const region of ["us-east-1", "eu-west-1"]) {
    const { cache } = start();
    const client = new Organizations({ ...aws.clientConfig, region });
    const organizations = createCachedClient(client, { cache, clock, caller: "ada" });
    for (let number = 0; number < 20; number++) {
      organizations.describeAccount({ AccountId: `${number}` }).catch(() => undefined);
      organizations.listParents({ ChildId: `${number}` }).catch(() => undefined);
    }
  }
  await pass(1000);
  for (const operation of ["DescribeAccount", "ListParents"]) {
    // 5 a second, and half of that at once.
    const count = aws.calls.filter((call) => call.includes(operation)).length;
    expect([operation, count]).toEqual([operation, 7]);
  }
});

test("each endpoint has a quota of its own", async () => {
  const { aws, clock, start, pass } = setUp();
  const { cache } = start();
  for (const endpoint of ["https://one.test", "https://other.test"]) {
    const client = new SSOAdmin({ ...aws.clientConfig, endpoint });
    const ssoAdmin = createCachedClient(client, { cache, clock, caller: "ada", quota: { ssoAdmin: 2 } });
    for (let number = 0; number < 20; number++)
      ssoAdmin.listTagsForResource({ ResourceArn: `${number}` }).catch(() => undefined);
  }
  await pass(1000);
  expect(aws.calls).toHaveLength(2 * 3);
});

test("who has only written yet shares the quota with those who read", async () => {
  const { aws, start, pass } = setUp();
  const [reading, writing] = [start(), start()];
  reading.ask(100);
  for (let number = 0; number < 100; number++)
    writing.ssoAdmin
      .deletePermissionSet({ InstanceArn, PermissionSetArn: `${number}` })
      .catch(() => undefined);
  await pass(1000);
  expect(aws.refused).toBe(0);
  expect(aws.calls).toHaveLength(30);
});

test("writes, polls, unknown commands and unusual inputs wait, too", async () => {
  const { aws, start, pass } = setUp();
  const { ssoAdmin, ask } = start({ quota: { ssoAdmin: 1 } });
  ask(1);
  await pass(0);
  const input = { InstanceArn, PermissionSetArn: "1" };
  const ignore = (): void => undefined;
  ssoAdmin.deletePermissionSet(input).catch(ignore);
  ssoAdmin.listPermissionSetProvisioningStatus({ InstanceArn }).catch(ignore);
  ssoAdmin.describePermissionSet({ InstanceArn, PermissionSetArn: undefined }).catch(ignore);
  await pass(0);
  expect(aws.calls).toHaveLength(1);
  await pass(3000);
  expect(aws.calls).toHaveLength(4);
});

test("every attempt of the SDK counts", async () => {
  const { aws, start, pass } = setUp();
  aws.failing = 3;
  const { ssoAdmin } = start({ quota: { ssoAdmin: 1 } });
  void ssoAdmin.describePermissionSet({ InstanceArn, PermissionSetArn: "1" });
  await pass(1990);
  expect(aws.calls).toHaveLength(2);
  await pass(2000);
  expect(aws.calls).toHaveLength(4);
});

test("what is asked in the background waits for what anybody else asks", async () => {
  const { aws, start, pass } = setUp();
  start({ background: true }).ask(100);
  await pass(1000);
  const { identityStore: _, ssoAdmin } = start();
  for (let number = 0; number < 10; number++)
    void ssoAdmin.listTagsForResource({ ResourceArn: `${number}` }).catch(() => undefined);
  await pass(500);
  expect(aws.calls.slice(-9).filter((call) => call.includes("ListTagsForResource")).length).toBeGreaterThan(
    7,
  );
});

test("a single call can be made in the background, too", async () => {
  const { aws, start, pass, clock } = setUp();
  const service = createCachedService({
    service: "sso-admin",
    loadClient: async () => new SSOAdmin(aws.clientConfig),
    cache: start().cache,
    clock,
    region: "eu-west-1",
    caller: "ada",
  });
  const ask = (command: "ListTagsForResource" | "DescribePermissionSet", background: boolean): void => {
    for (let number = 0; number < 50; number++) {
      const arn = `${number}`;
      const input =
        command === "ListTagsForResource" ? { ResourceArn: arn } : { InstanceArn, PermissionSetArn: arn };
      void service.call(command, input, { background }).catch(() => undefined);
    }
  };
  ask("DescribePermissionSet", true);
  ask("ListTagsForResource", false);
  await pass(1000);
  expect(aws.calls.filter((call) => call.includes("DescribePermissionSet")).length).toBeLessThanOrEqual(10);
  expect(aws.calls.length).toBeGreaterThan(25);
});

test("after a refusal everybody is slower", async () => {
  const { aws, start, pass } = setUp();
  const [one, other] = [start(), start()];
  aws.takeAll();
  one?.ask(1);
  await pass(0);
  expect(aws.refused).toBe(1);
  await pass(2000);
  const before = aws.calls.length;
  other?.ask(100);
  await pass(1000);
  expect(aws.calls.length - before).toBeLessThanOrEqual(22);
  expect(aws.refused).toBe(1);
});

test("who gives up gives up his place, and is told by the SDK's own kind of error", async () => {
  const { aws, answers, start, pass } = setUp();
  const { ask } = start({ quota: { ssoAdmin: 1 } });
  ask(1);
  await pass(0);
  const controller = new AbortController();
  ask(5, controller.signal);
  await pass(0);
  controller.abort();
  await pass(5000);
  expect(answers).toEqual(
    new Map([
      ["answered", 1],
      ["AbortError", 5],
    ]),
  );
  expect(aws.calls).toHaveLength(1);
});
