import type {
  DescribeAccountAssignmentCreationStatusCommandOutput,
  ListAccountsForProvisionedPermissionSetCommandOutput,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, test } from "vitest";
import { longestDelay, operationLease } from "../src/write-window.ts";
import { dataOf, failureOf, isHit, startFixture, type Fixture, type Process } from "./support/fixture.ts";
import { settleOrganisation, type Organisation } from "./support/organisation.ts";

const settle = 3000;
const operationDuration = 60_000;

interface Prepared extends Fixture {
  readonly organisation: Organisation;
  /** Another process on the same storage. */
  readonly other: Process;
  readonly assign: (from: Process) => Promise<string>;
  readonly list: (
    from: Process,
  ) => Promise<{ readonly hit: boolean; readonly principals: readonly unknown[] }>;
}

async function prepare(): Promise<Prepared> {
  const fixture = await startFixture({ operationDuration, client: { settle } });
  const organisation = settleOrganisation(fixture.sim);
  const { InstanceArn, full: PermissionSetArn, staging, ben } = organisation;
  return {
    ...fixture,
    organisation,
    other: fixture.start(),
    assign: async ({ ssoAdmin }) => {
      const { AccountAssignmentCreationStatus } = await ssoAdmin.createAccountAssignment({
        InstanceArn,
        PermissionSetArn,
        TargetId: staging,
        TargetType: "AWS_ACCOUNT",
        PrincipalType: "USER",
        PrincipalId: ben,
      });
      return AccountAssignmentCreationStatus?.RequestId ?? "";
    },
    list: async ({ ssoAdmin }) => {
      const output = await ssoAdmin.listAccountAssignments({
        InstanceArn,
        PermissionSetArn,
        AccountId: staging,
      });
      return {
        hit: isHit(output),
        principals: (output.AccountAssignments ?? []).map(({ PrincipalId }) => PrincipalId),
      };
    },
  };
}

describe("an operation that goes on after its answer", () => {
  test("keeps what it touches out of the cache of every process until one of them sees it end", async () => {
    const { assign, list, clock, other, organisation, ...here } = await prepare();
    const { InstanceArn, ben } = organisation;
    await list(here);
    const AccountAssignmentCreationRequestId = await assign(here);
    const poll = async (from: Process): Promise<unknown> =>
      (
        await from.ssoAdmin.describeAccountAssignmentCreationStatus({
          InstanceArn,
          AccountAssignmentCreationRequestId,
        })
      ).AccountAssignmentCreationStatus?.Status;

    for (const from of [here, other, here, other])
      expect(await list(from)).toEqual({ hit: false, principals: [] });
    expect(await poll(other)).toBe("IN_PROGRESS");
    await clock.advance(operationDuration);
    for (const from of [here, other]) expect(await list(from)).toEqual({ hit: false, principals: [ben] });

    expect(await poll(other)).toBe("SUCCEEDED");
    for (const from of [here, other]) expect((await list(from)).hit).toBe(false);
    await clock.advance(settle + 1);
    expect(await list(here)).toEqual({ hit: false, principals: [ben] });
    for (const from of [here, other]) expect(await list(from)).toEqual({ hit: true, principals: [ben] });
  });

  test("keeps it out for a quarter of an hour when nobody asks", async () => {
    const { assign, list, clock, ...here } = await prepare();
    await assign(here);
    await clock.advance(operationLease - 1000);
    await list(here);
    expect((await list(here)).hit).toBe(false);
    await clock.advance(1001);
    await list(here);
    expect((await list(here)).hit).toBe(true);
  });

  test("leaves everything else in the cache", async () => {
    const { assign, organisation, ...here } = await prepare();
    const { InstanceArn, some: PermissionSetArn, production: AccountId } = organisation;
    await here.ssoAdmin.listAccountAssignments({ InstanceArn, PermissionSetArn, AccountId });
    await assign(here);
    expect(
      isHit(await here.ssoAdmin.listAccountAssignments({ InstanceArn, PermissionSetArn, AccountId })),
    ).toBe(true);
  });

  test("whose fate is unknown is taken to go on", async () => {
    const { assign, list, clock, sim, ...here } = await prepare();
    sim.faults.add({ kind: "drop-after-apply", operation: "CreateAccountAssignment" });
    await failureOf(assign(here));
    await clock.advance(longestDelay + settle + 1);
    await list(here);
    expect((await list(here)).hit).toBe(false);
    await clock.advance(operationLease);
    await list(here);
    expect((await list(here)).hit).toBe(true);
  });

  test("of which an earlier attempt was lost may be two, and the end of one is not that of the other", async () => {
    const fixture = await startFixture({
      operationDuration,
      client: { settle },
      aws: { maxAttempts: 2 },
      // The second attempt finds the service quicker.
      onCall: ({ fault }) => {
        if (fault !== undefined) fixture.sim.configure({ operationDuration: 0 });
      },
    });
    const { sim, clock, ssoAdmin, aws } = fixture;
    const { InstanceArn, full: PermissionSetArn } = settleOrganisation(sim);
    sim.faults.add({ kind: "error-after-apply", operation: "ProvisionPermissionSet" });
    const { PermissionSetProvisioningStatus } = await ssoAdmin.provisionPermissionSet({
      InstanceArn,
      PermissionSetArn,
      TargetType: "ALL_PROVISIONED_ACCOUNTS",
    });
    const ProvisionPermissionSetRequestId = PermissionSetProvisioningStatus?.RequestId;
    await ssoAdmin.describePermissionSetProvisioningStatus({ InstanceArn, ProvisionPermissionSetRequestId });
    await ssoAdmin.updatePermissionSet({ InstanceArn, PermissionSetArn, Description: "newer" });
    await clock.advance(settle + 1);

    const outdated = {
      InstanceArn,
      PermissionSetArn,
      ProvisioningStatus: "LATEST_PERMISSION_SET_NOT_PROVISIONED",
    } as const;
    const before = await ssoAdmin.listAccountsForProvisionedPermissionSet(outdated);
    expect(before.AccountIds).toHaveLength(1);
    await clock.advance(operationDuration);
    const truth = await aws.ssoAdmin.listAccountsForProvisionedPermissionSet(outdated);
    expect(truth.AccountIds).toEqual([]);
    expect(dataOf(await ssoAdmin.listAccountsForProvisionedPermissionSet(outdated))).toEqual(dataOf(truth));
  });

  test("that AWS refuses is over", async () => {
    const { assign, list, clock, sim, ...here } = await prepare();
    sim.faults.add({
      kind: "error-before",
      operation: "CreateAccountAssignment",
      error: "ConflictException",
    });
    await failureOf(assign(here));
    await clock.advance(settle + 1);
    await list(here);
    expect((await list(here)).hit).toBe(true);
  });
});

test("an operation is over, too, when it is seen to end by who cannot be told who he is", async () => {
  const { assign, list, clock, organisation, start, ...here } = await prepare();
  const nobody = start({ caller: () => Promise.reject(new Error("STS is away")) });
  const AccountAssignmentCreationRequestId = await assign(here);
  await clock.advance(operationDuration);
  const { InstanceArn } = organisation;
  const request = { InstanceArn, AccountAssignmentCreationRequestId };
  await nobody.ssoAdmin.describeAccountAssignmentCreationStatus(request);
  await clock.advance(settle + 1);
  await list(here);
  expect((await list(here)).hit).toBe(true);
});

describe("the state of an operation", () => {
  test("is told from the cache to nobody who has no credentials, where they are required", async () => {
    const keys = { accessKeyId: "a", secretAccessKey: "b", expiration: new Date(0) };
    let isSignedIn = true;
    const credentials = async (): Promise<typeof keys> => {
      if (isSignedIn) return { ...keys, expiration: new Date("9999-01-01") };
      throw new Error("Token is expired");
    };
    const fixture = await startFixture({
      aws: { credentials: Object.assign(credentials, { memoized: true }) },
      client: { caller: "ada", requireCredentials: true },
    });
    const { ssoAdmin, sim } = fixture;
    const { InstanceArn, full: PermissionSetArn } = settleOrganisation(sim);
    const TargetType = "ALL_PROVISIONED_ACCOUNTS";
    const { PermissionSetProvisioningStatus } = await ssoAdmin.provisionPermissionSet({
      InstanceArn,
      PermissionSetArn,
      TargetType,
    });
    const ProvisionPermissionSetRequestId = PermissionSetProvisioningStatus?.RequestId;
    const poll = async (): Promise<boolean> =>
      isHit(
        await ssoAdmin.describePermissionSetProvisioningStatus({
          InstanceArn,
          ProvisionPermissionSetRequestId,
        }),
      );
    expect([await poll(), await poll()]).toEqual([false, true]);
    isSignedIn = false;
    expect((await failureOf(poll())).message).toBe("Token is expired");
  });

  test("is asked of AWS until it is final, and then kept", async () => {
    const { assign, clock, organisation, sim, ...here } = await prepare();
    const { InstanceArn } = organisation;
    const AccountAssignmentCreationRequestId = await assign(here);
    const poll = (): Promise<DescribeAccountAssignmentCreationStatusCommandOutput> =>
      here.ssoAdmin.describeAccountAssignmentCreationStatus({
        InstanceArn,
        AccountAssignmentCreationRequestId,
      });
    for (let time = 0; time < 3; time++) expect(isHit(await poll())).toBe(false);
    await clock.advance(operationDuration);
    expect(isHit(await poll())).toBe(false);
    expect(isHit(await poll())).toBe(true);
    await clock.advance(60 * 60_000);
    expect(isHit(await poll())).toBe(true);
    expect(sim.calls.of("DescribeAccountAssignmentCreationStatus").received).toBe(4);
  });

  test("is never cached in a list", async () => {
    const { assign, organisation, sim, clock, ...here } = await prepare();
    const { InstanceArn } = organisation;
    await assign(here);
    await clock.advance(operationDuration);
    for (const method of [
      "listAccountAssignmentCreationStatus",
      "listAccountAssignmentDeletionStatus",
      "listPermissionSetProvisioningStatus",
    ] as const) {
      await here.ssoAdmin[method]({ InstanceArn });
      expect(isHit(await here.ssoAdmin[method]({ InstanceArn }))).toBe(false);
    }
    expect(sim.calls.total).toBe(7);
  });

  test("ends the marks of deletions and of provisioning, too", async () => {
    const { clock, organisation, aws, ...here } = await prepare();
    const { InstanceArn, full: PermissionSetArn, production: TargetId, ada: PrincipalId } = organisation;
    const target = { InstanceArn, PermissionSetArn, TargetType: "AWS_ACCOUNT", TargetId } as const;
    const provision = await here.ssoAdmin.provisionPermissionSet(target);
    const removal = await here.ssoAdmin.deleteAccountAssignment({
      ...target,
      PrincipalType: "USER",
      PrincipalId,
    });
    await clock.advance(operationDuration);
    await here.ssoAdmin.describePermissionSetProvisioningStatus({
      InstanceArn,
      ProvisionPermissionSetRequestId: provision.PermissionSetProvisioningStatus?.RequestId,
    });
    const provisioned = (): Promise<ListAccountsForProvisionedPermissionSetCommandOutput> =>
      here.ssoAdmin.listAccountsForProvisionedPermissionSet({ InstanceArn, PermissionSetArn });
    await clock.advance(settle + 1);
    await provisioned();
    // The deletion has not been seen to end, and concerns the same.
    expect(isHit(await provisioned())).toBe(false);
    await here.ssoAdmin.describeAccountAssignmentDeletionStatus({
      InstanceArn,
      AccountAssignmentDeletionRequestId: removal.AccountAssignmentDeletionStatus?.RequestId,
    });
    await clock.advance(settle + 1);
    await provisioned();
    const hit = await provisioned();
    expect(isHit(hit)).toBe(true);
    expect(dataOf(hit)).toEqual(
      dataOf(await aws.ssoAdmin.listAccountsForProvisionedPermissionSet({ InstanceArn, PermissionSetArn })),
    );
  });
});
