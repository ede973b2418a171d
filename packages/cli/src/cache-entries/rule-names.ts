import { invalidationRules, patternsFor, type OperationContext } from "@awsideman/cache-core";
import { closest } from "../command-line/closest.ts";
import { usageError } from "../errors/cli-error.ts";

/** What a rule may need besides the resource's own identifier, as options say it. */
export interface RuleOptions {
  readonly affectedUser: readonly string[];
  readonly account: string | undefined;
  readonly principal: string | undefined;
  readonly principalType: "USER" | "GROUP" | undefined;
}

export function operationContext(options: RuleOptions): OperationContext {
  const { affectedUser, account, principal, principalType } = options;
  return {
    affectedUserIds: affectedUser,
    ...(account === undefined ? {} : { accountId: account }),
    ...(principal === undefined ? {} : { principalId: principal }),
    ...(principalType === undefined ? {} : { principalType }),
  };
}

/**
 * The patterns that an operation on a resource makes stale. Both may be written with dashes.
 * @throws CliError when there is no rule for it
 */
export function rulePatterns(
  operation: string,
  resource: string,
  id: string | undefined,
  context: OperationContext,
): { readonly operation: string; readonly resource: string; readonly patterns: readonly string[] } {
  const rule = { operation: underscored(operation), resource: underscored(resource) };
  const patterns = patternsFor(rule.operation, rule.resource, id, context);
  if (patterns !== undefined) return { ...rule, patterns };
  const resources = Object.keys(invalidationRules);
  const rules = Object.hasOwn(invalidationRules, rule.resource)
    ? invalidationRules[rule.resource as keyof typeof invalidationRules]
    : undefined;
  if (rules === undefined) {
    const meant = Object.hasOwn(invalidationRules, rule.operation)
      ? rule.operation
      : closest(rule.resource, resources);
    throw usageError(
      `there is no resource ${JSON.stringify(resource)}`,
      `${meant === undefined ? "" : `did you mean ${meant}? `}resources are ${resources.join(", ")}`,
    );
  }
  const operations = Object.keys(rules);
  const meant = closest(rule.operation, operations);
  throw usageError(
    `nothing is known of the operation ${JSON.stringify(operation)} on ${rule.resource}`,
    `${meant === undefined ? "" : `did you mean ${meant}? `}operations are ${operations.join(", ")}`,
  );
}

/** What a resource may have been subject to, as it is written on a line. */
export function ruleOperations(): readonly string[] {
  return [...new Set(Object.values(invalidationRules).flatMap((rules) => Object.keys(rules)))].map(dashed);
}

/** What there are rules for, as it is written on a line. */
export function ruleResources(): readonly string[] {
  return Object.keys(invalidationRules).map(dashed);
}

function dashed(name: string): string {
  return name.replaceAll("_", "-");
}

function underscored(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}
