import type { CommandContext } from "../../command-context.ts";
import { assignmentsInAccount } from "../../identity-center/access.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { table } from "../../output/view.ts";
import { expand, type Expansion } from "./expand.ts";
import { through, whoHas, withNames } from "./named-access.ts";

export interface ReviewAccountInput extends Expansion {
  readonly account: string;
}

export async function reviewAccount(context: CommandContext, input: ReviewAccountInput): Promise<void> {
  const center = await context.identityCenter();
  const id = await findAccountId(center, input.account);
  const reading = new PartialReading("list of who has access", "lists of who has access");
  const assignments = await assignmentsInAccount(center, id, reading);
  reading.assertAny();
  const named = await withNames(context, center, await expand(center, assignments, input, reading));
  context.show({ AccountId: id, AccountName: named[0]?.AccountName, Access: named }, () =>
    table(
      ["Principal", "Permission Set", "Through"],
      named.map((one) => [whoHas(one), one.PermissionSetName ?? one.PermissionSetArn, through(one)]),
    ),
  );
  reading.assertWhole();
}
