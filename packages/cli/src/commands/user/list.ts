import type { CommandContext } from "../../command-context.ts";
import { emailOfUser, listUsers as usersByPage, nameOfUser, type User } from "../../identity-center/users.ts";
import { table } from "../../output/view.ts";
import { showList } from "../../show-list.ts";

export interface ListUsersInput {
  readonly limit: number | undefined;
}

export async function listUsers(context: CommandContext, { limit }: ListUsersInput): Promise<void> {
  const center = await context.identityCenter();
  await showList<User>(context, {
    name: "users",
    limit,
    pages: () => usersByPage(center),
    json: (users) => ({ Users: users }),
    view: (users) =>
      table(
        ["User ID", "Username", "Email", "Name"],
        users.map((user) => [user.UserId, user.UserName, emailOfUser(user), nameOfUser(user)]),
      ),
  });
}
