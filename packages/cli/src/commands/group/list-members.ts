import type { CommandContext } from "../../command-context.ts";
import { findGroupId, listMemberships } from "../../identity-center/groups.ts";
import { findUsers } from "../../identity-center/users.ts";
import { table } from "../../output/view.ts";

export interface ListMembersInput {
  readonly group: string;
}

export async function listMembers(context: CommandContext, { group }: ListMembersInput): Promise<void> {
  const center = await context.identityCenter();
  const groupId = await findGroupId(center, group);
  const memberships = await listMemberships(center, groupId);
  const ids = memberships.flatMap(({ MemberId }) => MemberId?.UserId ?? []);
  const users = await findUsers(center, ids);
  const members = memberships.map(({ IdentityStoreId, MembershipId, GroupId, MemberId }) => {
    const { UserName, DisplayName } = users.get(MemberId?.UserId ?? "") ?? {};
    return { IdentityStoreId, MembershipId, GroupId, MemberId, UserName, DisplayName };
  });
  context.show({ GroupMemberships: members }, () =>
    table(
      ["Membership ID", "User ID", "Username", "Display Name"],
      members.map(({ MembershipId, MemberId, UserName, DisplayName }) => [
        MembershipId,
        MemberId?.UserId,
        UserName,
        DisplayName,
      ]),
    ),
  );
}
