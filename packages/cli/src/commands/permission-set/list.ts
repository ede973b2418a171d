import type { CommandContext } from "../../command-context.ts";
import { listPermissionSets as allPermissionSets } from "../../identity-center/permission-sets.ts";
import { table } from "../../output/view.ts";

export async function listPermissionSets(context: CommandContext): Promise<void> {
  const permissionSets = await allPermissionSets(await context.identityCenter());
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
