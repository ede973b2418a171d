import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { findUser } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";
import { printable } from "../../output/text.ts";

export interface DeleteUserInput {
  readonly user: string;
  readonly force: boolean;
}

export async function deleteUser(
  context: CommandContext,
  { user: text, force }: DeleteUserInput,
): Promise<void> {
  const center = await context.identityCenter();
  const { UserId, UserName = text } = await findUser(center, text);
  if (!force && !(await context.confirm(`Delete the user ${printable(UserName)} (${UserId})?`))) {
    throw new CliError(`the user "${UserName}" was not deleted`);
  }
  const { IdentityStoreId } = await center.instance();
  await center.identityStore.call("DeleteUser", { IdentityStoreId, UserId: UserId as string });
  context.show({ UserId, UserName, IdentityStoreId }, () =>
    fields([
      ["Deleted", UserName],
      ["User ID", UserId],
    ]),
  );
}
