import { Identitystore } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { FakeClock } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { beforeAll, expect, test } from "vitest";
import {
  createCachedService,
  warmCache,
  type CachedService,
  type WarmOptions,
  type WarmReport,
} from "../src/index.ts";
import { newManager } from "./support/fixture.ts";
import { RateLimitedAws, readSharedFiles } from "./support/rate-limited-aws.ts";

const IdentityStoreId = "d-1234567890";
const InstanceArn = "arn:aws:sso:::instance/ssoins-1";
const permissionSets = 400;
const callsPerSecond = 20;
/** Milliseconds in which one call more may be made. */
const slot = 1000 / callsPerSecond;
/** Milliseconds that the clock is moved on by at a time. */
const step = 10;

interface Process {
  readonly ssoAdmin: CachedService<"sso-admin">;
  readonly warm: (options?: Partial<WarmOptions>) => Promise<WarmReport>;
}

interface Setup {
  readonly aws: RateLimitedAws;
  readonly clock: FakeClock;
  readonly start: () => Process;
  readonly pass: (milliseconds: number) => Promise<void>;
}

/** Processes on one storage, in front of a service that takes 20 calls a second. Time stands still. */
function setUp(): Setup {
  const clock = new FakeClock();
  const aws = new RateLimitedAws(clock, callsPerSecond);
  aws.answers["ListPermissionSets"] = {
    PermissionSets: Array.from({ length: permissionSets }, (_, index) => `${InstanceArn}/ps-${index}`),
  };
  const storage = openMemoryStorage({}, { clock, random: () => 0.5, emit: () => undefined });
  const start = (): Process => {
    const common = { cache: newManager(clock, storage), clock, region: "eu-west-1", caller: "ada" };
    const identityStore = createCachedService({
      ...common,
      service: "identitystore",
      loadClient: async () => new Identitystore(aws.clientConfig),
    });
    const ssoAdmin = createCachedService({
      ...common,
      service: "sso-admin",
      loadClient: async () => new SSOAdmin(aws.clientConfig),
    });
    const warm: Process["warm"] = (options) =>
      warmCache({ identityStore, ssoAdmin, InstanceArn, IdentityStoreId, clock, ...options });
    return { ssoAdmin, warm };
  };
  // Requests take no time, but many turns of the event loop.
  const pass = async (milliseconds: number): Promise<void> => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      await clock.advance(step);
      for (let turn = 0; turn < 20; turn++) await clock.advance(0);
    }
  };
  return { aws, clock, start, pass };
}

beforeAll(readSharedFiles);

test.each(["the same process", "another process"])(
  "who reads while a cache is warmed waits for one slot, in %s",
  async (where) => {
    const { aws, clock, start, pass } = setUp();
    const warming = start();
    void warming.warm({ what: ["permission-sets"] });
    await pass(5000);
    const reading = where === "the same process" ? warming : start();
    for (let time = 0; time < 10; time++) {
      const before = clock.now();
      let answeredAt: number | undefined;
      void reading.ssoAdmin
        .call("ListTagsForResource", { ResourceArn: `somebody's ${time}` })
        .then(() => (answeredAt = clock.now()));
      while (answeredAt === undefined) await pass(step);
      expect(answeredAt - before).toBeLessThanOrEqual(slot + step);
    }
    expect(aws.refused).toBe(0);
  },
);

test("it takes what nobody else does: nearly all of the quota, and no call is refused", async () => {
  const { aws, start, pass } = setUp();
  void start().warm({ what: ["permission-sets"] });
  await pass(20_000);
  expect(aws.refused).toBe(0);
  expect(aws.calls.length).toBeGreaterThanOrEqual(0.95 * 20 * callsPerSecond);
});

test("it takes no more calls a second than its budget says", async () => {
  const { aws, start, pass } = setUp();
  const run = start().warm({ what: ["permission-sets"], budget: { callsPerSecond: 5, calls: 100 } });
  const seconds: number[] = [];
  for (let second = 0; second < 10; second++) {
    const before = aws.calls.length;
    await pass(1000);
    seconds.push(aws.calls.length - before);
  }
  expect(Math.max(...seconds)).toBeLessThanOrEqual(5 + 1);
  expect(aws.calls.length).toBeGreaterThanOrEqual(5 * 9);
  await pass(20_000);
  expect(aws.calls).toHaveLength(100);
  expect(await run).toMatchObject({
    outcome: "budget-spent",
    calls: 100,
    duration: expect.any(Number) as number,
  });
});

test("who wants what it is about to ask for does not wait for its budget", async () => {
  const { clock, start, pass } = setUp();
  const { ssoAdmin, warm } = start();
  void warm({ what: ["permission-sets"], budget: { callsPerSecond: 0.1 } });
  await pass(1000);
  let answeredAt: number | undefined;
  const before = clock.now();
  const PermissionSetArn = `${InstanceArn}/ps-0`;
  void ssoAdmin
    .call("DescribePermissionSet", { InstanceArn, PermissionSetArn })
    .then(() => (answeredAt = clock.now()));
  while (answeredAt === undefined) await pass(step);
  expect(answeredAt - before).toBeLessThanOrEqual(slot + step);
});
