import { listAllAssignments } from "../all-assignments.ts";
import type { Tally } from "./tally.ts";
import type { WarmKind } from "./warm-kind.ts";
import type { WarmWork } from "./warm-work.ts";

/** Asks the questions of one kind, with the very inputs that ordinary reads have. */
export const warmSteps: Readonly<Record<WarmKind, (work: WarmWork, tally: Tally) => Promise<void>>> = {
  async users(work, tally) {
    const { IdentityStoreId } = work.place;
    const users = await work.list(tally, "identitystore", "ListUsers", { IdentityStoreId });
    tally.isTotalKnown = users !== undefined;
  },

  async groups(work, tally) {
    tally.isTotalKnown = (await work.groupIds(tally)) !== undefined;
  },

  async memberships(work, tally) {
    const { IdentityStoreId } = work.place;
    const ids = await work.groupIds(tally);
    if (ids === undefined) return;
    tally.expect(ids.length);
    await work.each(ids, (GroupId) =>
      work.ask(tally, "identitystore", "ListGroupMemberships", { IdentityStoreId, GroupId }),
    );
  },

  async "permission-sets"(work, tally) {
    const { InstanceArn } = work.place;
    const arns = await work.permissionSetArns(tally);
    if (arns === undefined) return;
    tally.expect(arns.length * (1 + policyCommands.length + 1));
    const ask = (command: string, PermissionSetArn: string): Promise<void> =>
      work.ask(tally, "sso-admin", command, { InstanceArn, PermissionSetArn });
    // Their names first, which every list shows; then what is said of one, since that is read together.
    await work.each(arns, (arn) => ask("DescribePermissionSet", arn));
    await work.each(arns, async (arn) => {
      for (const command of policyCommands) await ask(command, arn);
    });
    await work.each(arns, (ResourceArn) =>
      work.ask(tally, "sso-admin", "ListTagsForResource", { InstanceArn, ResourceArn }),
    );
  },

  async assignments(work, tally) {
    const { InstanceArn, accountIds, concurrency } = work.place;
    const questions = work.assignmentQuestions(tally);
    let pairs: number | undefined;
    const expectPairs = (total: number): void => {
      if (pairs !== undefined) return;
      pairs = total;
      if (questions.isPlanComplete) tally.expect(total);
    };
    const all = listAllAssignments(questions as never, InstanceArn, {
      concurrency,
      ...(accountIds === undefined ? {} : { accountIds }),
      onProgress: ({ total }) => expectPairs(total),
    });
    for await (const _ of all);
    // Nothing is told of no pairs.
    expectPairs(0);
  },
};

const policyCommands = [
  "ListManagedPoliciesInPermissionSet",
  "ListCustomerManagedPolicyReferencesInPermissionSet",
  "GetInlinePolicyForPermissionSet",
  "GetPermissionsBoundaryForPermissionSet",
] as const;
