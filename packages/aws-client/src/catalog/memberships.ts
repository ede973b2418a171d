import type { Membership } from "../membership-index.ts";
import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type MembershipCommand =
  | "CreateGroupMembership"
  | "DeleteGroupMembership"
  | "DescribeGroupMembership"
  | "GetGroupMembershipId"
  | "IsMemberInGroups"
  | "ListGroupMemberships"
  | "ListGroupMembershipsForMember";

/** Puts every answer about memberships within reach of `group:members:*`, wherever its own key begins. */
const membersPattern = "group:members";

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/ */
export const memberships: Rows<"identitystore", MembershipCommand> = {
  DescribeGroupMembership: {
    kind: "read",
    key: { resource: "group_membership", operation: "describe", identifier: ["MembershipId"] },
    lifetime: "describe",
    tags: ({ IdentityStoreId, MembershipId }) => [
      tag.membership(MembershipId),
      tag.memberships(IdentityStoreId),
      membersPattern,
    ],
    outputTags: ({ GroupId, MemberId }) => [tag.principal(GroupId), tag.principal(MemberId?.UserId)],
    memberships: (output) => rowsOf([output], output.IdentityStoreId),
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  GetGroupMembershipId: {
    kind: "read",
    key: {
      resource: "group_membership",
      operation: "get_id",
      identifier: ({ GroupId, MemberId }) => [GroupId, MemberId?.UserId],
    },
    lifetime: "describe",
    tags: ({ IdentityStoreId, GroupId, MemberId }) => [
      tag.groupMember(GroupId, MemberId?.UserId),
      tag.principal(GroupId),
      tag.principal(MemberId?.UserId),
      tag.memberships(IdentityStoreId),
      membersPattern,
    ],
    outputTags: ({ MembershipId }) => [tag.membership(MembershipId)],
    memberships: ({ MembershipId }, { IdentityStoreId, GroupId, MemberId }) =>
      rowsOf([{ MembershipId, GroupId, MemberId }], IdentityStoreId),
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  IsMemberInGroups: {
    kind: "read",
    key: { resource: "user", operation: "member_in", identifier: ({ MemberId }) => [MemberId?.UserId] },
    lifetime: "describe",
    tags: ({ IdentityStoreId, GroupIds, MemberId }) => [
      tag.member(MemberId?.UserId),
      tag.principal(MemberId?.UserId),
      ...(GroupIds ?? []).map(tag.principal),
      tag.memberships(IdentityStoreId),
      membersPattern,
    ],
  },
  ListGroupMemberships: {
    kind: "read",
    key: { resource: "group", operation: "members", identifier: ["GroupId"] },
    lifetime: "list",
    tags: ({ IdentityStoreId, GroupId }) => [
      tag.groupMembers(GroupId),
      tag.principal(GroupId),
      tag.memberships(IdentityStoreId),
    ],
    // Not by the memberships themselves: whoever deletes one knows its group, or drops all of the store.
    outputTags: ({ GroupMemberships }) =>
      (GroupMemberships ?? []).map((row) => tag.principal(row.MemberId?.UserId)),
    pageTags: ({ IdentityStoreId }) => [tag.membershipPages(IdentityStoreId)],
    memberships: ({ GroupMemberships }, { IdentityStoreId }) => rowsOf(GroupMemberships, IdentityStoreId),
  },
  ListGroupMembershipsForMember: {
    kind: "read",
    key: { resource: "user", operation: "groups", identifier: ({ MemberId }) => [MemberId?.UserId] },
    lifetime: "list",
    tags: ({ IdentityStoreId, MemberId }) => [
      tag.member(MemberId?.UserId),
      tag.principal(MemberId?.UserId),
      tag.memberships(IdentityStoreId),
      membersPattern,
    ],
    outputTags: ({ GroupMemberships }) => (GroupMemberships ?? []).map((row) => tag.principal(row.GroupId)),
    pageTags: ({ IdentityStoreId }) => [tag.membershipPages(IdentityStoreId)],
    memberships: ({ GroupMemberships }, { IdentityStoreId }) => rowsOf(GroupMemberships, IdentityStoreId),
  },
  CreateGroupMembership: {
    kind: "write",
    stale: ({ IdentityStoreId, GroupId, MemberId }) => [
      ...changedBy(GroupId, MemberId?.UserId),
      tag.absences(IdentityStoreId),
    ],
    staleAfter: ({ MembershipId }) => [tag.membership(MembershipId)],
    created: ({ MembershipId }, { IdentityStoreId, GroupId, MemberId }) => ({
      identityStoreId: IdentityStoreId ?? "",
      membershipId: MembershipId ?? "",
      groupId: GroupId ?? "",
      userId: MemberId?.UserId ?? "",
    }),
  },
  DeleteGroupMembership: {
    kind: "write",
    membership: ({ IdentityStoreId, MembershipId }) => ({
      identityStoreId: IdentityStoreId ?? "",
      membershipId: MembershipId ?? "",
    }),
    stale: ({ IdentityStoreId, MembershipId }, known) => [
      tag.membership(MembershipId),
      ...(known === undefined
        ? [tag.memberships(IdentityStoreId), tag.assignmentsOfUsers]
        : changedBy(known.groupId, known.userId)),
    ],
  },
};

/** What changes when a user enters or leaves a group, in both services: access of a user comes through groups. */
function changedBy(groupId: string | undefined, userId: string | undefined): readonly string[] {
  return [
    tag.groupMembers(groupId),
    tag.member(userId),
    tag.groupMember(groupId, userId),
    tag.accountAssignmentsOf(userId),
    tag.applicationAssignmentsOf(userId),
  ];
}

interface MembershipRow {
  readonly MembershipId?: string | undefined;
  readonly GroupId?: string | undefined;
  readonly MemberId?: { readonly UserId?: string | undefined } | undefined;
}

/** The memberships that are told in full; members that are no users have none. */
function rowsOf(
  rows: readonly MembershipRow[] | undefined,
  identityStoreId: string | undefined,
): Membership[] {
  const found: Membership[] = [];
  for (const { MembershipId: membershipId, GroupId: groupId, MemberId } of rows ?? []) {
    const userId = MemberId?.UserId;
    if (identityStoreId && membershipId && groupId && userId) {
      found.push({ identityStoreId, membershipId, groupId, userId });
    }
  }
  return found;
}
