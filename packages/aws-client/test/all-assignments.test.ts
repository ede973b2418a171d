import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import type { IdentityCenterSimOptions } from "@awsideman/identity-center-sim";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createCachedService,
  listAllAssignments,
  type AccountAssignment,
  type AllAssignmentsOptions,
  type CachedService,
} from "../src/index.ts";
import { failureOf, startFixture, type Fixture } from "./support/fixture.ts";

interface Prepared extends Fixture {
  readonly ssoAdminService: CachedService<"sso-admin">;
  readonly accountIds: readonly string[];
  /** All assignments, in one order, and the calls that it took. */
  readonly list: (options?: AllAssignmentsOptions) => Promise<{ rows: readonly string[]; calls: number }>;
}

async function prepare(population: IdentityCenterSimOptions["population"]): Promise<Prepared> {
  const fixture = await startFixture({ ...(population && { population }) });
  const { sim, cache, clock, InstanceArn } = fixture;
  const { endpoint, region } = sim.clientConfig;
  const ssoAdminService = createCachedService({
    service: "sso-admin",
    loadClient: async () => new SSOAdmin({ ...sim.clientConfig, maxAttempts: 1 }),
    cache,
    clock,
    region,
    endpoint,
    caller: "ada",
    settle: 0,
    quota: false,
  });
  const list: Prepared["list"] = async (options = {}) => {
    const before = sim.calls.total;
    const rows: string[] = [];
    for await (const row of listAllAssignments(ssoAdminService, InstanceArn, options)) rows.push(textOf(row));
    return { rows: rows.toSorted(), calls: sim.calls.total - before };
  };
  return { ...fixture, ssoAdminService, accountIds: sim.accountIds, list };
}

const textOf = ({ AccountId, PermissionSetArn, PrincipalType, PrincipalId }: AccountAssignment): string =>
  [AccountId, PermissionSetArn, PrincipalType, PrincipalId].join(" ");

describe("all assignments", () => {
  const users = 12;
  const groups = 4;
  const accounts = 9;
  const permissionSets = 15;
  const assignments = 40;
  let prepared: Prepared;
  let truth: readonly string[];
  let pairs: number;

  beforeEach(async () => {
    prepared = await prepare({ users, groups, accounts, permissionSets, assignments });
    const { sim, aws, InstanceArn, accountIds } = prepared;
    const rows: AccountAssignment[] = [];
    const { PermissionSets = [] } = await aws.ssoAdmin.listPermissionSets({ InstanceArn, MaxResults: 100 });
    for (const AccountId of accountIds) {
      for (const PermissionSetArn of PermissionSets) {
        const input = { InstanceArn, AccountId, PermissionSetArn, MaxResults: 100 };
        const { AccountAssignments = [] } = await aws.ssoAdmin.listAccountAssignments(input);
        rows.push(...(AccountAssignments as AccountAssignment[]));
      }
    }
    truth = rows.map(textOf).toSorted();
    pairs = new Set(rows.map((row) => `${row.AccountId} ${row.PermissionSetArn}`)).size;
    sim.calls.reset();
  });

  test("are asked account by account where there are fewer accounts", async () => {
    const { list, accountIds, sim } = prepared;
    const { rows } = await list({ accountIds: [...accountIds, ...accountIds] });
    expect(rows).toEqual(truth);
    expect(rows).toHaveLength(assignments);
    expect(sim.calls.of("ListPermissionSetsProvisionedToAccount").received).toBe(accounts);
    expect(sim.calls.of("ListAccountsForProvisionedPermissionSet").received).toBe(0);
    expect(sim.calls.of("ListAccountAssignments").received).toBe(pairs);
  });

  test("are asked permission set by permission set where the accounts are not known", async () => {
    const { list, sim } = prepared;
    const { rows } = await list();
    expect(rows).toEqual(truth);
    expect(sim.calls.of("ListAccountsForProvisionedPermissionSet").received).toBe(permissionSets);
    expect(sim.calls.of("ListAccountAssignments").received).toBe(pairs);
  });

  test("are asked in the way that the cache has more of", async () => {
    const { list, accountIds, sim } = prepared;
    await list();
    sim.calls.reset();
    expect((await list({ accountIds })).calls).toBe(0);
  });

  test("are asked of nobody where it is known what each account has, whatever sets there are", async () => {
    const { list, accountIds, cache } = prepared;
    await list({ accountIds });
    await cache.invalidate("permission_set:list:*");
    expect((await list({ accountIds })).calls).toBe(0);
  });

  test("of some accounts are told alone, whichever way they are asked", async () => {
    const { list, accountIds } = prepared;
    const some = accountIds.slice(0, 3);
    const expected = truth.filter((row) => some.some((account) => row.startsWith(account)));
    expect((await list({ accountIds: some })).rows).toEqual(expected);
    const { list: other, accountIds: all } = prepared;
    await other();
    expect((await other({ accountIds: all.slice(0, 3) })).rows).toEqual(expected);
  });

  test("take less than 6 calls when one of them has changed", async () => {
    const { list, accountIds, start, ssoAdmin, InstanceArn, sim } = prepared;
    for (const options of [{ accountIds }, {}]) {
      await list(options);
      const [AccountId = "", PermissionSetArn = "", PrincipalType = "", PrincipalId = ""] = (
        truth[0] ?? ""
      ).split(" ");
      const target = {
        InstanceArn,
        PermissionSetArn,
        TargetId: AccountId,
        TargetType: "AWS_ACCOUNT" as const,
      };
      const change = { ...target, PrincipalId, PrincipalType: PrincipalType as "USER" };
      const { AccountAssignmentDeletionStatus: status } = await ssoAdmin.deleteAccountAssignment(change);
      sim.settle();
      const AccountAssignmentDeletionRequestId = status?.RequestId;
      await start().ssoAdmin.describeAccountAssignmentDeletionStatus({
        InstanceArn,
        AccountAssignmentDeletionRequestId,
      });
      await prepared.clock.advance(1);
      const { rows, calls } = await list(options);
      expect(rows).toEqual(truth.slice(1));
      expect(calls).toBeGreaterThan(0);
      expect(calls).toBeLessThan(6);
      truth = rows;
    }
  });

  test("are told with how far it is, also to who throws", async () => {
    const { list, accountIds } = prepared;
    const progress: { readonly done: number; readonly total: number }[] = [];
    const onProgress = (now: (typeof progress)[number]): never => {
      progress.push(now);
      throw new Error("nobody's");
    };
    await list({ accountIds, onProgress });
    expect(progress).toEqual(
      Array.from({ length: pairs }, (_, index) => ({ done: index + 1, total: pairs })),
    );
  });

  test("end with AWS's error, and go on from there", async () => {
    const { list, accountIds, sim } = prepared;
    const fault = sim.faults.add({
      kind: "error-before",
      error: "AccessDeniedException",
      operation: "ListAccountAssignments",
    });
    expect((await failureOf(list({ accountIds, concurrency: 1 }))).name).toBe("AccessDeniedException");
    fault.remove();
    const { rows, calls } = await list({ accountIds });
    expect(rows).toEqual(truth);
    expect(calls).toBeLessThanOrEqual(pairs);
  });

  test("stop when their caller gives up", async () => {
    const { list, accountIds } = prepared;
    const gaveUp = await failureOf(list({ accountIds, abortSignal: AbortSignal.abort() }));
    expect(gaveUp.name).toBe("AbortError");
  });
});
