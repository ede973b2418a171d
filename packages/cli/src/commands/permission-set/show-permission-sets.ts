import type { CommandContext } from "../../command-context.ts";
import {
  listPermissionSets as allPermissionSets,
  type PermissionSet,
} from "../../identity-center/permission-sets.ts";
import { table } from "../../output/view.ts";

/** @param wanted undefined: all */
export async function showPermissionSets(
  context: CommandContext,
  limit: number | undefined,
  wanted: ((permissionSet: PermissionSet) => boolean) | undefined,
): Promise<void> {
  const all = await allPermissionSets(await context.identityCenter());
  const permissionSets = all.filter(wanted ?? (() => true)).slice(0, limit);
  context.show({ PermissionSets: permissionSets }, () =>
    table(
      ["Name", "ARN", "Description", "Session Duration"],
      permissionSets.map(({ Name, PermissionSetArn, Description, SessionDuration }) => [
        Name,
        PermissionSetArn,
        Description,
        SessionDuration,
      ]),
    ),
  );
}
