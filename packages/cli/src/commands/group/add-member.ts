import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findGroupId } from "../../identity-center/groups.ts";
import { findUserId } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";

export interface AddMemberInput {
  readonly group: string;
  readonly user: string;
  readonly dryRun: boolean;
}

export async function addMember(
  context: CommandContext,
  { group, user, dryRun }: AddMemberInput,
): Promise<void> {
  const center = await context.identityCenter();
  const now = askingAws(center);
  const [GroupId, UserId] = await Promise.all([findGroupId(now, group), findUserId(now, user)]);
  const { IdentityStoreId } = await center.instance();
  const input = { IdentityStoreId, GroupId, MemberId: { UserId } };
  const call = plan("identitystore", "CreateGroupMembership", input);
  if (dryRun) return showDryRun(context, [call]);
  const { MembershipId } = await call.send(center);
  context.show({ MembershipId, ...input }, () =>
    fields([
      ["Added", user],
      ["To", group],
      ["Membership ID", MembershipId],
    ]),
  );
}
