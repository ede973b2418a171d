import type { OperationContext } from "../cache.ts";
import { escapeSegment } from "../key/segment.ts";

export type RuleResource = "user" | "group" | "permission_set" | "assignment" | "account";

/** What a rule is told. `id` is escaped, and `*` where it was not given. */
export interface RuleInput {
  readonly id: string;
  readonly context: OperationContext;
}

type Rule = (input: RuleInput) => readonly string[];

/** Who is in what, as seen from the user: of those whose membership changed, or of everybody when that is not said. */
const memberships = ({ affectedUserIds = [] }: OperationContext): string[] => [
  "group:members:*",
  "group_membership:*",
  ...(affectedUserIds.length > 0
    ? affectedUserIds.map((id) => `user:*:${escapeSegment(id)}`)
    : ["user:groups:*", "user:member_in:*"]),
];

const inAccount = ({ accountId }: OperationContext): string[] =>
  accountId === undefined ? [] : [`assignment:*:${escapeSegment(accountId)}`];

/** Whose assignments changed; without a known principal, everybody's. */
const principal = ({ principalType, principalId }: OperationContext): string[] => {
  if (principalType !== "USER" && principalType !== "GROUP") return ["user:*:*", "group:*:*"];
  return [`${principalType.toLowerCase()}:*:${principalId === undefined ? "*" : escapeSegment(principalId)}`];
};

// A user's assignments include those of the user's groups.
const membershipChanged: Rule = ({ id, context }) => [
  `group:members:${id}`,
  `group:describe:${id}`,
  ...memberships(context),
  "assignment:list_for_principal:*",
];

const assignmentChanged: Rule = ({ context }) => [
  "assignment:*",
  ...inAccount(context),
  ...principal(context),
];

/**
 * What an operation on a resource makes stale, as patterns of keys: those of the documentation, and those of the
 * operations that `@awsideman/aws-client` keeps besides. A missing id means every one of them.
 */
export const invalidationRules: Readonly<Record<RuleResource, Readonly<Record<string, Rule>>>> = {
  user: {
    create: () => ["user:list:*", "user:get_id:*"],
    update: ({ id }) => [
      "user:list:*",
      `user:describe:${id}`,
      `user:*:${id}`,
      "user:get_id:*",
      "group:members:*",
      "assignment:*",
    ],
    delete: ({ id }) => [
      "user:list:*",
      `user:describe:${id}`,
      `user:*:${id}`,
      "user:get_id:*",
      "group:members:*",
      "group_membership:*",
      "assignment:*",
    ],
  },
  group: {
    create: () => ["group:list:*", "group:get_id:*"],
    update: ({ id }) => [
      "group:list:*",
      `group:describe:${id}`,
      `group:*:${id}`,
      "group:get_id:*",
      "assignment:*",
    ],
    delete: ({ id, context }) => [
      "group:list:*",
      `group:describe:${id}`,
      `group:*:${id}`,
      "group:get_id:*",
      ...memberships(context),
      "assignment:*",
    ],
    add_member: membershipChanged,
    remove_member: membershipChanged,
  },
  permission_set: {
    create: () => ["permission_set:list:*"],
    update: ({ id }) => [
      "permission_set:list:*",
      `permission_set:describe:${id}`,
      `permission_set:*:${id}`,
      "assignment:*",
    ],
    delete: ({ id }) => [
      "permission_set:list:*",
      `permission_set:describe:${id}`,
      `permission_set:*:${id}`,
      "assignment:*",
    ],
    update_policies: ({ id }) => [`permission_set:*:${id}`],
    provision: ({ id }) => [`permission_set:*:${id}`, "assignment:*"],
  },
  assignment: {
    create: assignmentChanged,
    delete: assignmentChanged,
  },
  account: {
    create: () => ["account:list:*"],
    update: ({ id }) => ["account:list:*", `account:*:${id}`],
  },
};

/**
 * The patterns that an operation on a resource makes stale; undefined when there is no rule for it.
 * @param id the resource's own id, as it stands in keys; undefined or empty: all of them
 */
export function patternsFor(
  operation: string,
  resource: string,
  id: string | undefined,
  context: OperationContext,
): readonly string[] | undefined {
  const rules = Object.hasOwn(invalidationRules, resource)
    ? invalidationRules[resource as RuleResource]
    : undefined;
  const rule = rules && Object.hasOwn(rules, operation) ? rules[operation] : undefined;
  return rule && [...new Set(rule({ id: id === undefined || id === "" ? "*" : escapeSegment(id), context }))];
}
