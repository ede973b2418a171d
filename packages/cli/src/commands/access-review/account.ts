import type { CommandContext } from "../../command-context.ts";
import { assignmentsInAccount } from "../../identity-center/access.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import { assertAccount } from "../../identity-center/assert-account.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { table } from "../../output/view.ts";
import { sortedBy } from "../../sorted-by.ts";
import { expand, type Expansion } from "./expand.ts";
import { keysByPrincipal, nameOfPermissionSet, through, whoHas, withNames } from "./named-access.ts";

export interface ReviewAccountInput extends Expansion {
  readonly account: string;
}

export async function reviewAccount(context: CommandContext, input: ReviewAccountInput): Promise<void> {
  const center = await context.identityCenter();
  const id = await findAccountId(center, input.account);
  const reading = new PartialReading("list of who has access", "lists of who has access");
  const assignments = await assignmentsInAccount(center, id, reading);
  reading.assertAny();
  if (assignments.length === 0) await assertAccount(context, center, input.account);
  const access = await withNames(context, center, await expand(center, assignments, input, reading));
  const named = sortedBy(access, keysByPrincipal);
  context.show({ AccountId: id, AccountName: named[0]?.AccountName, Access: named }, () =>
    table(
      ["Principal", "Permission Set", "Through"],
      named.map((one) => [whoHas(one), nameOfPermissionSet(one), through(one)]),
    ),
  );
  reading.assertWhole();
}
