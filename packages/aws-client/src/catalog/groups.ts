import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type GroupCommand =
  | "CreateGroup"
  | "DeleteGroup"
  | "DescribeGroup"
  | "GetGroupId"
  | "ListGroups"
  | "UpdateGroup";

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/ */
export const groups: Rows<"identitystore", GroupCommand> = {
  DescribeGroup: {
    kind: "read",
    key: { resource: "group", operation: "describe", identifier: ["GroupId"] },
    lifetime: "describe",
    tags: ({ GroupId }) => [tag.group(GroupId)],
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  GetGroupId: {
    kind: "read",
    key: { resource: "group", operation: "get_id" },
    lifetime: "describe",
    // The second is within reach of `group:list:*`: what changes the list changes what can be found.
    tags: ({ IdentityStoreId }) => [tag.groupLookups(IdentityStoreId), "group:list"],
    outputTags: ({ GroupId }) => [tag.group(GroupId)],
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  ListGroups: {
    kind: "read",
    key: { resource: "group", operation: "list" },
    lifetime: "list",
    tags: ({ IdentityStoreId }) => [tag.groups(IdentityStoreId)],
  },
  CreateGroup: {
    kind: "write",
    stale: ({ IdentityStoreId }) => [tag.groups(IdentityStoreId), tag.absences(IdentityStoreId)],
    staleAfter: ({ GroupId }) => [tag.group(GroupId), tag.groupMembers(GroupId)],
  },
  UpdateGroup: {
    kind: "write",
    stale: ({ IdentityStoreId, GroupId }) => [
      tag.group(GroupId),
      tag.groups(IdentityStoreId),
      tag.groupLookups(IdentityStoreId),
      tag.absences(IdentityStoreId),
    ],
  },
  DeleteGroup: {
    kind: "write",
    // What a member may use through the group is found by the rows in which the group is named as the principal.
    stale: ({ IdentityStoreId, GroupId }) => [
      tag.group(GroupId),
      tag.groups(IdentityStoreId),
      tag.groupLookups(IdentityStoreId),
      tag.principal(GroupId),
      tag.membershipPages(IdentityStoreId),
      tag.assignmentPages,
    ],
  },
};
