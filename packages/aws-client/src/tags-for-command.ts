import { findRow } from "./catalog/catalog.ts";
import type { Fields } from "./catalog/row.ts";
import type { CommandInput, CommandName, Service } from "./catalog/sdk-commands.ts";
import { everything } from "./catalog/tag.ts";

export interface TagsForCommandOptions {
  /** What the membership joins that the input names, where that is known: without, the answer is wider. */
  readonly membership?: { readonly GroupId: string; readonly UserId: string };
}

/**
 * Returns what a command would make stale as it leaves, without sending it: names that `cache.explain` takes. What its
 * answer would name besides, something new, cannot be cached yet. A command that is newer than this package, and an input
 * that does not say what it touches, make everything stale.
 * @returns nothing for a command that reads
 */
export function tagsForCommand<S extends Service, Name extends CommandName<S>>(
  service: S,
  command: Name,
  input: CommandInput<S, Name>,
  { membership }: TagsForCommandOptions = {},
): readonly string[] {
  const row = findRow(service, String(command));
  if (row !== undefined && row.kind !== "write") return [];
  const fields = input as Fields;
  const known = membership && {
    identityStoreId: String(fields["IdentityStoreId"]),
    membershipId: String(fields["MembershipId"]),
    groupId: membership.GroupId,
    userId: membership.UserId,
  };
  try {
    return [...new Set(row?.stale(fields, known) ?? [everything])];
  } catch {
    return [everything];
  }
}
