import type { CommandContext } from "../../command-context.ts";
import { fields } from "../../output/view.ts";

export interface CreateUserInput {
  readonly username: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly displayName: string | undefined;
  readonly email: string | undefined;
}

export async function createUser(context: CommandContext, input: CreateUserInput): Promise<void> {
  const { username, givenName, familyName, displayName = `${givenName} ${familyName}`, email } = input;
  const { identityStore, instance } = await context.identityCenter();
  const { IdentityStoreId } = await instance();
  const { UserId } = await identityStore.call("CreateUser", {
    IdentityStoreId,
    UserName: username,
    Name: { GivenName: givenName, FamilyName: familyName },
    DisplayName: displayName,
    ...(email === undefined ? {} : { Emails: [{ Value: email, Type: "work", Primary: true }] }),
  });
  context.show({ UserId, UserName: username, IdentityStoreId }, () =>
    fields([
      ["Created", username],
      ["User ID", UserId],
    ]),
  );
}
