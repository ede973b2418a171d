import type { CommandContext } from "../../command-context.ts";
import { assignmentsInAccount } from "../../identity-center/access.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import { assertAccount } from "../../identity-center/assert-account.ts";
import { table } from "../../output/view.ts";
import { nameOfPermissionSet, through, whoHas } from "./named-access.ts";
import { readAccess, type ReviewOptions } from "./read-access.ts";

export interface ReviewAccountInput extends ReviewOptions {
  readonly account: string;
}

export async function reviewAccount(context: CommandContext, input: ReviewAccountInput): Promise<void> {
  const center = await context.identityCenter();
  const id = await findAccountId(center, input.account);
  const { access, reading } = await readAccess(context, center, input, (part) =>
    assignmentsInAccount(center, id, part),
  );
  if (access.length === 0) await assertAccount(context, center, input.account);
  context.show({ AccountId: id, AccountName: access[0]?.AccountName, Access: access }, () =>
    table(
      ["Principal", "Permission Set", "Through"],
      access.map((one) => [whoHas(one), nameOfPermissionSet(one), through(one)]),
    ),
  );
  reading.assertWhole();
}
