import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type UserCommand = "CreateUser" | "DeleteUser" | "DescribeUser" | "GetUserId" | "ListUsers" | "UpdateUser";

/** https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/ */
export const users: Rows<"identitystore", UserCommand> = {
  DescribeUser: {
    kind: "read",
    key: { resource: "user", operation: "describe", identifier: ["UserId"] },
    lifetime: "describe",
    tags: ({ UserId }) => [tag.user(UserId)],
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  GetUserId: {
    kind: "read",
    key: { resource: "user", operation: "get_id" },
    lifetime: "describe",
    // The second is within reach of `user:list:*`: what changes the list changes what can be found.
    tags: ({ IdentityStoreId }) => [tag.userLookups(IdentityStoreId), "user:list"],
    outputTags: ({ UserId }) => [tag.user(UserId)],
    absence: ({ IdentityStoreId }) => [tag.absences(IdentityStoreId)],
  },
  ListUsers: {
    kind: "read",
    key: { resource: "user", operation: "list" },
    lifetime: "list",
    tags: ({ IdentityStoreId }) => [tag.users(IdentityStoreId)],
  },
  CreateUser: {
    kind: "write",
    stale: ({ IdentityStoreId }) => [tag.users(IdentityStoreId), tag.absences(IdentityStoreId)],
    staleAfter: ({ UserId }) => [tag.user(UserId)],
  },
  UpdateUser: {
    kind: "write",
    // Memberships and assignments hold identifiers only, which do not change. A new name or address may now be found
    // by a look-up that found somebody else before.
    stale: ({ IdentityStoreId, UserId }) => [
      tag.user(UserId),
      tag.users(IdentityStoreId),
      tag.userLookups(IdentityStoreId),
      tag.absences(IdentityStoreId),
    ],
  },
  DeleteUser: {
    kind: "write",
    stale: ({ IdentityStoreId, UserId }) => [
      tag.user(UserId),
      tag.users(IdentityStoreId),
      tag.userLookups(IdentityStoreId),
      tag.principal(UserId),
      tag.membershipPages(IdentityStoreId),
      tag.assignmentPages,
    ],
  },
};
