import type { CommandContext } from "../../command-context.ts";
import { assignmentsOfPermissionSet } from "../../identity-center/access.ts";
import { findPermissionSetArn } from "../../identity-center/permission-sets.ts";
import { table } from "../../output/view.ts";
import { through, whoHas } from "./named-access.ts";
import { readAccess, type ReviewOptions } from "./read-access.ts";

export interface ReviewPermissionSetInput extends ReviewOptions {
  readonly permissionSet: string;
}

export async function reviewPermissionSet(
  context: CommandContext,
  input: ReviewPermissionSetInput,
): Promise<void> {
  const center = await context.identityCenter();
  const PermissionSetArn = await findPermissionSetArn(center, input.permissionSet);
  const { access, reading } = await readAccess(context, center, input, (part) =>
    assignmentsOfPermissionSet(center, PermissionSetArn, part),
  );
  context.show({ PermissionSetArn, PermissionSetName: access[0]?.PermissionSetName, Access: access }, () =>
    table(
      ["Account", "Account Name", "Principal", "Through"],
      access.map((one) => [one.AccountId, one.AccountName, whoHas(one), through(one)]),
    ),
  );
  reading.assertWhole();
}
