import type { CommandInput } from "@awsideman/aws-client";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findUserId } from "../../identity-center/users.ts";
import { fields } from "../../output/view.ts";

export interface UpdateUserInput {
  readonly user: string;
  readonly username: string | undefined;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
  readonly dryRun: boolean;
}

type Operation = NonNullable<CommandInput<"identitystore", "UpdateUser">["Operations"]>[number];

export async function updateUser(context: CommandContext, input: UpdateUserInput): Promise<void> {
  const { username, givenName, familyName, displayName, email } = input;
  const simple = {
    userName: username,
    "name.givenName": givenName,
    "name.familyName": familyName,
    displayName,
  };
  const operations: Operation[] = [];
  for (const [AttributePath, AttributeValue] of Object.entries(simple)) {
    if (AttributeValue !== undefined) operations.push({ AttributePath, AttributeValue });
  }
  // Identity Center keeps one address, in a list, and takes no list that is empty.
  if (email !== undefined) {
    operations.push({
      AttributePath: "emails",
      AttributeValue: email === "" ? null : [{ value: email, type: "work", primary: true }],
    });
  }
  if (operations.length === 0) {
    throw usageError("nothing is to be changed", 'see "awsideman user update --help"');
  }
  const center = await context.identityCenter();
  const UserId = await findUserId(askingAws(center), input.user);
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "UpdateUser", { IdentityStoreId, UserId, Operations: operations });
  if (input.dryRun) return showDryRun(context, [call]);
  await call.send(center);
  const changed = operations.map(({ AttributePath }) => AttributePath as string);
  context.show({ UserId, IdentityStoreId, Changed: changed }, () =>
    fields([
      ["Updated", username ?? input.user],
      ["User ID", UserId],
      ["Changed", changed.join(", ")],
    ]),
  );
}
