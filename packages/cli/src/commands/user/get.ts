import type { CommandContext } from "../../command-context.ts";
import { findGroups, listGroupIdsOfUser, type Group } from "../../identity-center/groups.ts";
import { emailOfUser, findUser, nameOfUser, type User } from "../../identity-center/users.ts";
import { withoutMetadata } from "../../output/without-metadata.ts";
import { fields, type View } from "../../output/view.ts";

export interface GetUserInput {
  readonly user: string;
}

export async function getUser(context: CommandContext, { user: text }: GetUserInput): Promise<void> {
  const center = await context.identityCenter();
  const user = await findUser(center, text);
  const ids = await listGroupIdsOfUser(center, user.UserId as string);
  const found = await findGroups(center, ids);
  const groups = ids
    .flatMap((id) => found.get(id) ?? [])
    .map(({ GroupId, DisplayName }) => ({ GroupId, DisplayName }));
  context.show({ ...withoutMetadata(user), Groups: groups }, () => viewOf(user, groups));
}

function viewOf(user: User, groups: readonly Pick<Group, "DisplayName">[]): View {
  return fields([
    ["User ID", user.UserId],
    ["Username", user.UserName],
    ["Name", nameOfUser(user)],
    ["Given name", user.Name?.GivenName],
    ["Family name", user.Name?.FamilyName],
    ["Email", emailOfUser(user)],
    ["Title", user.Title],
    ["Type", user.UserType],
    ["Status", user.UserStatus],
    ["Groups", groups.map(({ DisplayName }) => DisplayName).join(", ")],
    ["Created", user.CreatedAt?.toISOString()],
    ["Updated", user.UpdatedAt?.toISOString()],
  ]);
}
