import type { CommandContext } from "../../command-context.ts";
import { emailOfUser, listUsers as usersByPage, nameOfUser, type User } from "../../identity-center/users.ts";
import { formatTable } from "../../output/table.ts";

export interface ListUsersInput {
  readonly limit: number | undefined;
}

export async function listUsers(
  context: CommandContext,
  { limit = Infinity }: ListUsersInput,
): Promise<void> {
  const users: User[] = [];
  // The limit is none of AWS's business: the pages asked for are the same with any, and so are the answers kept.
  for await (const page of usersByPage(await context.identityCenter())) {
    users.push(...page.slice(0, limit - users.length));
    if (users.length >= limit) break;
  }
  context.show({ Users: users }, () =>
    formatTable(
      ["User ID", "Username", "Email", "Name"],
      users.map((user) => [user.UserId, user.UserName, emailOfUser(user), nameOfUser(user)]),
    ),
  );
}
