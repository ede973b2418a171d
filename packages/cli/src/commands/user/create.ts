import type { CommandContext } from "../../command-context.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import { fields } from "../../output/view.ts";

export interface CreateUserInput {
  readonly username: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
  readonly dryRun: boolean;
}

export async function createUser(context: CommandContext, input: CreateUserInput): Promise<void> {
  const { username, givenName, familyName, displayName = `${givenName} ${familyName}`, email } = input;
  const center = await context.identityCenter();
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "CreateUser", {
    IdentityStoreId,
    UserName: username,
    Name: { GivenName: givenName, FamilyName: familyName },
    DisplayName: displayName,
    ...(email === undefined ? {} : { Emails: [{ Value: email, Type: "work", Primary: true }] }),
  });
  if (input.dryRun) return showDryRun(context, [call]);
  const { UserId } = await call.send(center);
  context.show({ UserId, UserName: username, IdentityStoreId }, () =>
    fields([
      ["Created", username],
      ["User ID", UserId],
    ]),
  );
}
