import { FakeClock } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import {
  createCachedService,
  waitForAssignment,
  waitForProvisioning,
  type AssignmentRequest,
  type AssignmentStatus,
} from "../src/index.ts";
import { isHit, startFixture } from "./support/fixture.ts";
import { settleOrganisation } from "./support/organisation.ts";

const InstanceArn = "arn:aws:sso:::instance/ssoins-1";
const request = { InstanceArn, AccountAssignmentCreationRequestId: "r-1" };
const inProgress: AssignmentStatus = { Status: "IN_PROGRESS", RequestId: "r-1" };
const failure = (name: string): Error =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: 400 } });

/** A service that gives these answers, and then the last of them for ever. */
function serviceOf(
  clock: FakeClock,
  ...answers: readonly (AssignmentStatus | Error)[]
): {
  readonly asked: number[];
  readonly call: () => Promise<never>;
} {
  const asked: number[] = [];
  const begun = clock.now();
  const call = async (): Promise<never> => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(clock.now() - begun);
    if (answer instanceof Error) throw answer;
    return { AccountAssignmentCreationStatus: answer } as never;
  };
  return { asked, call };
}

describe("waiting for an assignment", () => {
  test("asks in growing intervals until it has ended, and tells what it hears, also to who throws", async () => {
    const clock = new FakeClock();
    const done: AssignmentStatus = { Status: "SUCCEEDED", RequestId: "r-1" };
    const service = serviceOf(clock, ...Array.from({ length: 9 }, () => inProgress), done);
    const heard: unknown[] = [];
    const ended = waitForAssignment(service, request, {
      clock,
      onStatus: ({ Status }) => {
        heard.push(Status);
        throw new Error("nobody's");
      },
    });
    await clock.advance(0);
    await clock.advance(60_000);
    expect(await ended).toEqual(done);
    expect(service.asked).toEqual([
      0, 500, 1250, 2375, 4062.5, 6593.75, 10390.625, 15390.625, 20390.625, 25390.625,
    ]);
    expect(heard).toEqual([...Array.from({ length: 9 }, () => "IN_PROGRESS"), "SUCCEEDED"]);
    expect(clock.waiting).toBe(0);
  });

  test("resolves with a failure and its reason", async () => {
    const clock = new FakeClock();
    const failed: AssignmentStatus = { Status: "FAILED", FailureReason: "no such user" };
    expect(await waitForAssignment(serviceOf(clock, failed), request, { clock })).toEqual(failed);
  });

  test("gives up when its time is over, with the last that it heard", async () => {
    const clock = new FakeClock();
    const service = serviceOf(clock, inProgress);
    const ended = waitForAssignment(service, request, { clock, timeout: 1_000 });
    await clock.advance(0);
    await clock.advance(1_000);
    expect(await ended).toEqual(inProgress);
    expect(service.asked).toEqual([0, 500, 1_000]);
  });

  test("goes on while AWS is down or takes no more calls", async () => {
    const clock = new FakeClock();
    const reset = Object.assign(new Error("reset"), { code: "ECONNRESET" });
    const service = serviceOf(clock, failure("ThrottlingException"), reset, { Status: "SUCCEEDED" });
    const ended = waitForAssignment(service, request, { clock });
    await clock.advance(0);
    await clock.advance(5_000);
    expect(await ended).toEqual({ Status: "SUCCEEDED" });
  });

  test.each(["AccessDeniedException", "ResourceNotFoundException"])("rejects with %s", async (name) => {
    const clock = new FakeClock();
    const ended = waitForAssignment(serviceOf(clock, failure(name)), request, { clock });
    await expect(ended).rejects.toThrow(name);
  });

  test("ends when its caller gives up", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const ended = waitForAssignment(serviceOf(clock, inProgress), request, {
      clock,
      abortSignal: controller.signal,
    });
    await clock.advance(100);
    controller.abort();
    await expect(ended).rejects.toMatchObject({ name: "AbortError" });
    expect(clock.waiting).toBe(0);
  });

  test.each([-1, Number.NaN, "5"])("takes no timeout of %s", async (timeout) => {
    const wrong = waitForAssignment(serviceOf(new FakeClock(), inProgress), request, {
      timeout: timeout as number,
    });
    await expect(wrong).rejects.toThrow(/`timeout` must be milliseconds/);
  });
});

test.each([
  ["createAccountAssignment", "AccountAssignmentCreationStatus", "AccountAssignmentCreationRequestId"],
  ["deleteAccountAssignment", "AccountAssignmentDeletionStatus", "AccountAssignmentDeletionRequestId"],
] as const)(
  "%s is over for every process once its end is seen by one that waits",
  async (method, status, id) => {
    const { clock, sim, start } = await startFixture({
      operationDuration: 10_000,
      client: { settle: 1_000 },
    });
    const { InstanceArn: instance, full: PermissionSetArn, production, ada } = settleOrganisation(sim);
    const [one, other] = [start().ssoAdmin, start().ssoAdmin];
    const list = (): Promise<{ readonly $metadata: object }> =>
      one.listAccountAssignments({ InstanceArn: instance, PermissionSetArn, AccountId: production });
    const target = {
      InstanceArn: instance,
      PermissionSetArn,
      TargetId: production,
      TargetType: "AWS_ACCOUNT",
    } as const;
    const output: object = await one[method]({ ...target, PrincipalType: "USER", PrincipalId: ada });
    const { RequestId = "" } = (output as Record<string, AssignmentStatus>)[status] ?? {};
    const begun: AssignmentRequest = { InstanceArn: instance, [id]: RequestId } as never;

    await list();
    expect(isHit(await list())).toBe(false);
    await clock.advance(10_000);
    expect(await waitForAssignment(other, begun, { clock })).toMatchObject({
      Status: "SUCCEEDED",
      RequestId,
    });
    await clock.advance(1_001);
    await list();
    expect(isHit(await list())).toBe(true);
  },
);

test.each(["a cached client", "a cached service"])(
  "provisioning is over once its end is seen by one that waits, through %s",
  async (form) => {
    const fixture = await startFixture({
      operationDuration: 10_000,
      client: { settle: 1_000, caller: "ada" },
    });
    const { clock, sim, cache, aws, ssoAdmin } = fixture;
    const { InstanceArn: instance, full: PermissionSetArn } = settleOrganisation(sim);
    const service = createCachedService({
      service: "sso-admin",
      loadClient: async () => aws.ssoAdmin,
      region: sim.region,
      caller: "ada",
      settle: 1_000,
      quota: false,
      cache,
      clock,
    });
    const set = { InstanceArn: instance, PermissionSetArn };
    const list = (): Promise<{ readonly $metadata: object }> =>
      ssoAdmin.listAccountsForProvisionedPermissionSet(set);
    const { PermissionSetProvisioningStatus: begun } = await ssoAdmin.provisionPermissionSet({
      ...set,
      TargetType: "ALL_PROVISIONED_ACCOUNTS",
    });
    await list();
    expect(isHit(await list())).toBe(false);
    await clock.advance(10_000);
    sim.faults.add({ kind: "throttle" });
    const heard: unknown[] = [];
    const waiting = waitForProvisioning(
      form === "a cached client" ? ssoAdmin : service,
      { InstanceArn: instance, ProvisionPermissionSetRequestId: begun?.RequestId ?? "" },
      { clock, onStatus: ({ Status }) => heard.push(Status) },
    );
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(500);
    expect(await waiting).toMatchObject({ Status: "SUCCEEDED", RequestId: begun?.RequestId });
    expect(heard).toEqual(["SUCCEEDED"]);
    await clock.advance(1_001);
    await list();
    expect(isHit(await list())).toBe(true);
  },
);
