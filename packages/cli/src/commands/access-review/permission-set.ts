import type { CommandContext } from "../../command-context.ts";
import { assignmentsOfPermissionSet } from "../../identity-center/access.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { findPermissionSetArn } from "../../identity-center/permission-sets.ts";
import { table } from "../../output/view.ts";
import { sortedBy } from "../../sorted-by.ts";
import { expand, type Expansion } from "./expand.ts";
import { keysByPrincipal, through, whoHas, withNames } from "./named-access.ts";

export interface ReviewPermissionSetInput extends Expansion {
  readonly permissionSet: string;
}

export async function reviewPermissionSet(
  context: CommandContext,
  input: ReviewPermissionSetInput,
): Promise<void> {
  const center = await context.identityCenter();
  const PermissionSetArn = await findPermissionSetArn(center, input.permissionSet);
  const reading = new PartialReading("list of who has access", "lists of who has access");
  const assignments = await assignmentsOfPermissionSet(center, PermissionSetArn, reading);
  reading.assertAny();
  const access = await withNames(context, center, await expand(center, assignments, input, reading));
  const named = sortedBy(access, keysByPrincipal);
  context.show({ PermissionSetArn, PermissionSetName: named[0]?.PermissionSetName, Access: named }, () =>
    table(
      ["Account", "Account Name", "Principal", "Through"],
      named.map((one) => [one.AccountId, one.AccountName, whoHas(one), through(one)]),
    ),
  );
  reading.assertWhole();
}
