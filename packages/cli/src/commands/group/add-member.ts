import type { CommandContext } from "../../command-context.ts";
import { findGroupId } from "../../identity-center/groups.ts";
import { findUserId } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";

export interface AddMemberInput {
  readonly group: string;
  readonly user: string;
}

export async function addMember(context: CommandContext, { group, user }: AddMemberInput): Promise<void> {
  const center = await context.identityCenter();
  const [GroupId, UserId] = await Promise.all([findGroupId(center, group), findUserId(center, user)]);
  const { IdentityStoreId } = await center.instance();
  const MemberId = { UserId };
  const input = { IdentityStoreId, GroupId, MemberId };
  const { MembershipId } = await center.identityStore.call("CreateGroupMembership", input);
  context.show({ MembershipId, ...input }, () =>
    fields([
      ["Added", user],
      ["To", group],
      ["Membership ID", MembershipId],
    ]),
  );
}
