import type { OperationContext } from "../cache.ts";
import { escapeSegment } from "../key/segment.ts";

export type RuleResource = "user" | "group" | "permission_set" | "assignment" | "account";

/** What a rule is told. `id` is escaped, and `*` where it was not given. */
export interface RuleInput {
  readonly id: string;
  readonly context: OperationContext;
}

type Rule = (input: RuleInput) => readonly string[];

const users = ({ affectedUserIds = [] }: OperationContext): string[] =>
  affectedUserIds.map((id) => `user:*:${escapeSegment(id)}`);
const inAccount = ({ accountId }: OperationContext): string[] =>
  accountId === undefined ? [] : [`assignment:*:${escapeSegment(accountId)}`];

/** Whose assignments changed; without a known principal, everybody's. */
const principal = ({ principalType, principalId }: OperationContext): string[] => {
  if (principalType !== "USER" && principalType !== "GROUP") return ["user:*:*", "group:*:*"];
  return [`${principalType.toLowerCase()}:*:${principalId === undefined ? "*" : escapeSegment(principalId)}`];
};

const membershipChanged: Rule = ({ id, context }) => [
  `group:members:${id}`,
  `group:describe:${id}`,
  "group:members:*",
  ...users(context),
];

const assignmentChanged: Rule = ({ context }) => [
  "assignment:*",
  ...inAccount(context),
  ...principal(context),
];

/**
 * What an operation on a resource makes stale, as patterns of keys. A missing id means every one of them.
 */
export const invalidationRules: Readonly<Record<RuleResource, Readonly<Record<string, Rule>>>> = {
  user: {
    create: () => ["user:list:*"],
    update: ({ id }) => [
      "user:list:*",
      `user:describe:${id}`,
      `user:*:${id}`,
      "group:members:*",
      "assignment:*",
    ],
    delete: ({ id }) => [
      "user:list:*",
      `user:describe:${id}`,
      `user:*:${id}`,
      "group:members:*",
      "assignment:*",
    ],
  },
  group: {
    create: () => ["group:list:*"],
    update: ({ id }) => ["group:list:*", `group:describe:${id}`, `group:*:${id}`, "assignment:*"],
    delete: ({ id }) => ["group:list:*", `group:describe:${id}`, `group:*:${id}`, "assignment:*"],
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
    update_policies: ({ id }) => [`permission_set:policies:${id}`, `permission_set:describe:${id}`],
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
