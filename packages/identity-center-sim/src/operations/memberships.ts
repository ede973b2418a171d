import { memberId, pageFields, resourceId, type PageInput } from "../input/common-fields.ts";
import { list, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { identityNotFound, notUnique } from "../service-error.ts";
import type { MembershipRecord } from "../store/records.ts";
import { joined, type ReadonlyTables } from "../store/tables.ts";
import { requireGroup } from "./groups.ts";
import { storeRead, storeWrite } from "./identity-store.ts";
import { timestamp, type Members, type OperationContext, type OperationTable } from "./operation.ts";
import { requireUser } from "./users.ts";

interface MembersInput extends PageInput {
  readonly GroupId: string;
}

interface MemberOfInput extends PageInput {
  readonly MemberId: { readonly UserId: string };
}

const membersFields: Fields<MembersInput> = { ...pageFields, GroupId: resourceId };
const memberOfFields: Fields<MemberOfInput> = { ...pageFields, MemberId: memberId };

export const membershipOperations: OperationTable = {
  CreateGroupMembership: storeWrite({ GroupId: resourceId, MemberId: memberId }, (state, input, context) => {
    const group = requireGroup(state, input.GroupId);
    const user = requireUser(state, input.MemberId.UserId);
    if (findMembership(state, group.groupId, user.userId) !== undefined) {
      throw notUnique("Member and Group relationship already exists.");
    }
    const id = context.newResourceId();
    state.put("memberships", id, {
      membershipId: id,
      groupId: group.groupId,
      userId: user.userId,
      createdAt: context.now,
    });
    return { MembershipId: id, IdentityStoreId: context.organization.identityStoreId };
  }),

  DeleteGroupMembership: storeWrite({ MembershipId: resourceId }, (state, input) => {
    requireMembership(state, input.MembershipId);
    state.remove("memberships", input.MembershipId);
    return {};
  }),

  DescribeGroupMembership: storeRead({ MembershipId: resourceId }, (tables, input, context) =>
    describeMembership(requireMembership(tables, input.MembershipId), context),
  ),

  GetGroupMembershipId: storeRead({ GroupId: resourceId, MemberId: memberId }, (tables, input, context) => {
    const found = findMembership(tables, input.GroupId, input.MemberId.UserId);
    if (found === undefined) throw identityNotFound("GROUP_MEMBERSHIP");
    return {
      MembershipId: found.membershipId,
      IdentityStoreId: context.organization.identityStoreId,
    };
  }),

  IsMemberInGroups: storeRead(
    { MemberId: memberId, GroupIds: list(resourceId, { minimum: 1, maximum: 100 }) },
    (tables, input) => {
      const user = requireUser(tables, input.MemberId.UserId);
      return {
        Results: input.GroupIds.map((id) => ({
          GroupId: requireGroup(tables, id).groupId,
          MemberId: { UserId: user.userId },
          MembershipExists: findMembership(tables, id, user.userId) !== undefined,
        })),
      };
    },
  ),

  ListGroupMemberships: storeRead(membersFields, (tables, input, context) => {
    const group = requireGroup(tables, input.GroupId);
    const page = paginate(input, context, (after) => tables.memberships.find("group", group.groupId, after));
    return membershipPage(page.items, page.nextToken, context);
  }),

  ListGroupMembershipsForMember: storeRead(memberOfFields, (tables, input, context) => {
    const user = requireUser(tables, input.MemberId.UserId);
    const page = paginate(input, context, (after) => tables.memberships.find("user", user.userId, after));
    return membershipPage(page.items, page.nextToken, context);
  }),
};

function requireMembership(tables: ReadonlyTables, id: string): MembershipRecord {
  const membership = tables.memberships.get(id);
  if (membership === undefined) throw identityNotFound("GROUP_MEMBERSHIP", id);
  return membership;
}

function findMembership(tables: ReadonlyTables, group: string, user: string): MembershipRecord | undefined {
  const [row] = tables.memberships.find("groupAndUser", joined(group, user));
  return row?.value;
}

function membershipPage(
  memberships: readonly MembershipRecord[],
  nextToken: string | undefined,
  context: OperationContext,
): Members {
  return {
    GroupMemberships: memberships.map((membership) => describeMembership(membership, context)),
    NextToken: nextToken,
  };
}

function describeMembership(membership: MembershipRecord, context: OperationContext): Members {
  return {
    IdentityStoreId: context.organization.identityStoreId,
    MembershipId: membership.membershipId,
    GroupId: membership.groupId,
    MemberId: { UserId: membership.userId },
    CreatedAt: timestamp(membership.createdAt),
    CreatedBy: context.organization.administratorArn,
    UpdatedAt: timestamp(membership.createdAt),
    UpdatedBy: context.organization.administratorArn,
  };
}
