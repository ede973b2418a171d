import type { CommandContext } from "../../command-context.ts";
import { emailOfUser, listUsers as usersByPage, nameOfUser, type User } from "../../identity-center/users.ts";
import { table } from "../../output/view.ts";
import { showList } from "../../show-list.ts";

/** @param wanted undefined: all */
export async function showUsers(
  context: CommandContext,
  limit: number | undefined,
  wanted: ((user: User) => boolean) | undefined,
): Promise<void> {
  const center = await context.identityCenter();
  await showList<User>(context, {
    name: "users",
    limit,
    wanted,
    pages: () => usersByPage(center),
    json: (users) => ({ Users: users }),
    view: (users) =>
      table(
        ["User ID", "Username", "Email", "Name"],
        users.map((user) => [user.UserId, user.UserName, emailOfUser(user), nameOfUser(user)]),
      ),
  });
}
