import { withMembers, type Access } from "../../identity-center/access.ts";
import type { Assignment } from "../../identity-center/assignments.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import type { PartialReading } from "../../identity-center/partial-reading.ts";

export interface Expansion {
  /** Groups are shown as they are, without their members. */
  readonly groups: boolean;
}

export async function expand(
  center: IdentityCenter,
  assignments: readonly Assignment[],
  { groups }: Expansion,
  reading: PartialReading,
): Promise<readonly Access[]> {
  if (!groups) return withMembers(center, assignments, reading);
  return assignments.map((assignment) => ({ ...assignment, throughGroup: undefined }));
}
