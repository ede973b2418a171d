import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findUser } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";

export interface DeleteUserInput extends Consent {
  readonly user: string;
  readonly dryRun: boolean;
}

export async function deleteUser(context: CommandContext, input: DeleteUserInput): Promise<void> {
  const center = await context.identityCenter();
  const { UserId, UserName = input.user } = await findUser(askingAws(center), input.user);
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "DeleteUser", { IdentityStoreId, UserId: UserId as string });
  if (input.dryRun) return showDryRun(context, [call]);
  await assertConfirmed(context, input, `delete the user "${UserName}" (${UserId})`);
  await call.send(center);
  context.show({ UserId, UserName, IdentityStoreId }, () =>
    fields([
      ["Deleted", UserName],
      ["User ID", UserId],
    ]),
  );
}
