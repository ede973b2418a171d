import type { CommandContext } from "../../command-context.ts";
import { listPermissionSets as allPermissionSets } from "../../identity-center/permission-sets.ts";
import { formatTable } from "../../output/table.ts";

export async function listPermissionSets(context: CommandContext): Promise<void> {
  const permissionSets = await allPermissionSets(await context.identityCenter());
  context.show({ PermissionSets: permissionSets }, () =>
    formatTable(
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
