import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { notFoundError } from "../../errors/cli-error.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findGroupId } from "../../identity-center/groups.ts";
import { orUndefined } from "../../identity-center/not-found.ts";
import { findUserId } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";

export interface RemoveMemberInput extends Consent {
  readonly group: string;
  readonly user: string;
  readonly dryRun: boolean;
}

export async function removeMember(context: CommandContext, input: RemoveMemberInput): Promise<void> {
  const { group, user } = input;
  const center = await context.identityCenter();
  const now = askingAws(center);
  const [GroupId, UserId] = await Promise.all([findGroupId(now, group), findUserId(now, user)]);
  const { IdentityStoreId } = await center.instance();
  const MemberId = { UserId };
  const found = await orUndefined(
    now.identityStore.call("GetGroupMembershipId", { IdentityStoreId, GroupId, MemberId }),
  );
  if (found?.MembershipId === undefined) {
    throw notFoundError(
      `"${user}" is not a member of "${group}"`,
      `"awsideman group list-members ${/\s/.test(group) ? `'${group}'` : group}" shows who is`,
    );
  }
  const { MembershipId } = found;
  const call = plan(
    "identitystore",
    "DeleteGroupMembership",
    { IdentityStoreId, MembershipId },
    { membership: { GroupId, UserId } },
  );
  if (input.dryRun) return showDryRun(context, [call]);
  await assertConfirmed(context, input, `remove "${user}" from the group "${group}"`);
  await call.send(center);
  context.show({ MembershipId, IdentityStoreId, GroupId, MemberId }, () =>
    fields([
      ["Removed", user],
      ["From", group],
      ["Membership ID", MembershipId],
    ]),
  );
}
