import { keyFronts } from "@awsideman/aws-client";
import { closest } from "../command-line/closest.ts";
import { usageError } from "../errors/cli-error.ts";

/** Answers that tell of a kind of thing, and are kept under the name of another one. */
export const alsoToldBy: Readonly<Record<string, readonly string[]>> = {
  user: ["group:members", "group_membership", "assignment"],
  group: ["user:groups", "user:member_in", "group_membership", "assignment"],
  group_membership: ["group:members", "user:groups", "user:member_in"],
  permission_set: ["assignment"],
  assignment: ["permission_set:accounts", "permission_set:provisioned_to"],
  account: [
    "organizational_unit:children",
    "organizational_unit:parents",
    "permission_set:accounts",
    "assignment",
  ],
};

/** The kinds of things that answers are kept of, as they are in keys. */
export function keyResources(): readonly string[] {
  return [...new Set(keyFronts().map((front) => front.split(":")[0] as string))].toSorted();
}

/**
 * The patterns of all that tells of a kind of thing, such as `user`, which may be written with dashes.
 * @throws CliError when nothing of that kind is ever cached
 */
export function resourcePatterns(given: string): readonly string[] {
  const resource = given.toLowerCase().replaceAll("-", "_");
  const resources = keyResources();
  if (resources.includes(resource)) {
    const others = Object.hasOwn(alsoToldBy, resource) ? alsoToldBy[resource] : undefined;
    return [resource, ...(others ?? [])].map((front) => `${front}:*`);
  }
  const meant = closest(resource, resources);
  throw usageError(
    `there is no resource ${JSON.stringify(given)}`,
    `${meant === undefined ? "" : `did you mean ${meant}? `}resources are ${resources.join(", ")}`,
  );
}
