import type { CommandContext } from "../../command-context.ts";
import { withMembers } from "../../identity-center/access.ts";
import type { Assignment } from "../../identity-center/assignments.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { sortedBy } from "../../sorted-by.ts";
import { nameOfPermissionSet, withNames, type NamedAccess } from "./named-access.ts";

export interface ReviewOptions {
  /** Groups are shown as they are, without their members. */
  readonly groups: boolean;
}

export interface ReadAccess {
  /** By account, principal and permission set. */
  readonly access: readonly NamedAccess[];
  /** What could be read of it. */
  readonly reading: PartialReading;
}

/**
 * Reads who has something.
 * @param list the assignments, as far as they can be read
 * @throws AWS's error when nothing could be read
 */
export async function readAccess(
  context: CommandContext,
  center: IdentityCenter,
  { groups }: ReviewOptions,
  list: (reading: PartialReading) => Promise<readonly Assignment[]>,
): Promise<ReadAccess> {
  const reading = new PartialReading("list of who has access", "lists of who has access");
  const assignments = await list(reading);
  reading.assertAny();
  const all = groups
    ? assignments.map((assignment) => ({ ...assignment, throughGroup: undefined }))
    : await withMembers(center, assignments, reading);
  const access = sortedBy(await withNames(context, center, all), (one) => [
    one.AccountId,
    one.PrincipalName ?? one.PrincipalId,
    nameOfPermissionSet(one),
    one.GroupName,
  ]);
  return { access, reading };
}
