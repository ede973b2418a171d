import type { CommandContext } from "../../command-context.ts";
import { findsIn, type FindInput } from "../../find-input.ts";
import { emailOfUser, nameOfUser, type User } from "../../identity-center/users.ts";
import { showUsers } from "./show-users.ts";

export async function findUsers(context: CommandContext, input: FindInput): Promise<void> {
  const textsOf = (user: User) => {
    const { UserName, Name } = user;
    return [UserName, emailOfUser(user), nameOfUser(user), Name?.GivenName, Name?.FamilyName];
  };
  await showUsers(context, input.limit, findsIn(input, textsOf));
}
