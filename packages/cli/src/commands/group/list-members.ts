import type { CommandContext } from "../../command-context.ts";
import { findGroupId, listMemberships } from "../../identity-center/groups.ts";
import { mapBounded } from "../../identity-center/map-bounded.ts";
import { describeUser } from "../../identity-center/users.ts";
import { table } from "../../output/view.ts";

export interface ListMembersInput {
  readonly group: string;
}

export async function listMembers(context: CommandContext, { group }: ListMembersInput): Promise<void> {
  const center = await context.identityCenter();
  const groupId = await findGroupId(center, group);
  const memberships = await listMemberships(center, groupId);
  const members = await mapBounded(
    memberships,
    async ({ IdentityStoreId, MembershipId, GroupId, MemberId }) => {
      const user = MemberId?.UserId === undefined ? undefined : await describeUser(center, MemberId.UserId);
      const { UserName, DisplayName } = user ?? {};
      return { IdentityStoreId, MembershipId, GroupId, MemberId, UserName, DisplayName };
    },
  );
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
