import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { createCachedService, listAllAssignments } from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";

const accounts = 200;
const permissionSets = 500;
/** Permission sets that are provisioned to an account: 3,000 pairs of 100,000 are. */
const provisioned = 15;

/**
 * All assignments of a large organisation, in calls: 100,000 with one for each account and permission set. At 20 calls a
 * second that is what counts, so nothing here waits for a quota.
 */
export async function allAssignments(): Promise<void> {
  const sim = await startIdentityCenterSim({ population: { users: 2_000, groups: 300, accounts } });
  assign(sim);
  const cache = new CacheManager({
    storage: { backend: "memory", config: { maxSizeMb: 256, maxEntries: 20_000 } },
  });
  const { endpoint, region } = sim.clientConfig;
  const ssoAdmin = createCachedService({
    service: "sso-admin",
    loadClient: async () => new SSOAdmin(sim.clientConfig),
    cache,
    region,
    endpoint,
    caller: "ada",
    settle: 0,
    quota: false,
  });
  const list = async (): Promise<number> => {
    let rows = 0;
    const { instanceArn, accountIds } = sim;
    for await (const _ of listAllAssignments(ssoAdmin, instanceArn, { accountIds })) rows++;
    return rows;
  };
  try {
    const rows = await list();
    report(`${rows} assignments, nothing cached`, sim, 3_300);
    await list();
    report("again", sim, 0);
    await revokeOne(sim, ssoAdmin);
    sim.calls.reset();
    const left = await list();
    if (left !== rows - 1) throw new Error(`${left} assignments instead of ${rows - 1}`);
    report("one of them revoked", sim, 5);
  } finally {
    await cache.close();
    await sim.close();
  }
}

function assign({ console: administrator, accountIds, state }: IdentityCenterSim): void {
  const arns = Array.from({ length: permissionSets }, (_, index) =>
    administrator.createPermissionSet({ Name: `set-${index}` }),
  );
  const principals = state.users.map(({ userId }) => userId);
  for (let pair = 0; pair < accountIds.length * provisioned; pair++) {
    administrator.assign({
      accountId: accountIds[Math.floor(pair / provisioned)] as string,
      permissionSetArn: arns[pair % arns.length] as string,
      principalType: "USER",
      principalId: principals[pair % principals.length] as string,
    });
  }
}

async function revokeOne(
  sim: IdentityCenterSim,
  ssoAdmin: ReturnType<typeof createCachedService<"sso-admin">>,
): Promise<void> {
  const InstanceArn = sim.instanceArn;
  for await (const row of listAllAssignments(ssoAdmin, InstanceArn, { accountIds: sim.accountIds })) {
    const { AccountId: TargetId, ...rest } = row;
    const target = { InstanceArn, TargetId, TargetType: "AWS_ACCOUNT", ...rest } as const;
    const { AccountAssignmentDeletionStatus } = await ssoAdmin.call("DeleteAccountAssignment", target);
    sim.settle();
    const AccountAssignmentDeletionRequestId = AccountAssignmentDeletionStatus?.RequestId;
    await ssoAdmin.call("DescribeAccountAssignmentDeletionStatus", {
      InstanceArn,
      AccountAssignmentDeletionRequestId,
    });
    return;
  }
}

function report(what: string, { calls }: IdentityCenterSim, most: number): void {
  const operations = Object.entries(calls.snapshot().operations).map(
    ([name, { received }]) => `${received} ${name}`,
  );
  console.log(`all assignments, ${what}: ${calls.total} calls (at most ${most}): ${operations.join(", ")}`);
  if (calls.total > most) process.exitCode = 1;
  calls.reset();
}
