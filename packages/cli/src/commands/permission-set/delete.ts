import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { findCurrentPermissionSet } from "../../identity-center/permission-sets.ts";
import { fields } from "../../output/view.ts";

export interface DeletePermissionSetInput extends Consent {
  readonly permissionSet: string;
  readonly dryRun: boolean;
}

export async function deletePermissionSet(
  context: CommandContext,
  input: DeletePermissionSetInput,
): Promise<void> {
  const center = await context.identityCenter();
  const { Name, PermissionSetArn } = await findCurrentPermissionSet(center, input.permissionSet);
  const { InstanceArn } = await center.instance();
  const call = plan("sso-admin", "DeletePermissionSet", {
    InstanceArn,
    PermissionSetArn: PermissionSetArn as string,
  });
  if (input.dryRun) return showDryRun(context, [call]);
  await assertConfirmed(context, input, `delete the permission set "${Name}" (${PermissionSetArn})`);
  await call.send(center);
  context.show({ PermissionSetArn, Name, InstanceArn }, () =>
    fields([
      ["Deleted", Name],
      ["ARN", PermissionSetArn],
    ]),
  );
}
