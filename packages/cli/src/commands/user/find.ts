import type { CommandContext } from "../../command-context.ts";
import { hasMatch } from "../../filters.ts";
import { emailOfUser, nameOfUser, type User } from "../../identity-center/users.ts";
import { matchText } from "../../match-text.ts";
import { showUsers } from "./show-users.ts";

export interface FindInput {
  readonly pattern: string;
  readonly caseSensitive: boolean;
  readonly limit: number | undefined;
}

export async function findUsers(context: CommandContext, input: FindInput): Promise<void> {
  const matches = matchText(input.pattern, input);
  const isWanted = (user: User): boolean => {
    const { UserName, Name } = user;
    return hasMatch(
      [UserName, emailOfUser(user), nameOfUser(user), Name?.GivenName, Name?.FamilyName],
      matches,
    );
  };
  await showUsers(context, input.limit, isWanted);
}
