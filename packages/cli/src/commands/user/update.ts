import type { CommandInput } from "@awsideman/aws-client";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { findUser, type User } from "../../identity-center/users.ts";
import { formatFields } from "../../output/table.ts";

export interface UpdateUserInput {
  readonly user: string;
  readonly username: string | undefined;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
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
  if (operations.length === 0 && email === undefined) {
    throw usageError("nothing is to be changed", 'see "awsideman user update --help"');
  }
  const center = await context.identityCenter();
  const user = await findUser(center, input.user);
  if (email !== undefined)
    operations.push({ AttributePath: "emails", AttributeValue: withPrimary(user, email) });
  const { IdentityStoreId } = await center.instance();
  const UserId = user.UserId as string;
  await center.identityStore.call("UpdateUser", { IdentityStoreId, UserId, Operations: operations });
  const changed = operations.map(({ AttributePath }) => AttributePath as string);
  context.show({ UserId, IdentityStoreId, Changed: changed }, () =>
    formatFields([
      ["Updated", username ?? user.UserName],
      ["User ID", UserId],
      ["Changed", changed.join(", ")],
    ]),
  );
}

/** AWS replaces the whole list of addresses: the primary one is put in place of the one before, the others stay. */
function withPrimary(
  { Emails = [] }: User,
  email: string,
): { value: string; type: string; primary: boolean }[] {
  const current = Emails.find(({ Primary }) => Primary) ?? Emails[0];
  const others = Emails.filter((one) => one !== current && one.Value !== email);
  return [
    { value: email, type: current?.Type ?? "work", primary: true },
    ...others.map(({ Value = "", Type = "other" }) => ({ value: Value, type: Type, primary: false })),
  ];
}
