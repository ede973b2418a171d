import type { CommandContext } from "../../command-context.ts";
import { listGroups as groupsByPage, type Group } from "../../identity-center/groups.ts";
import { table } from "../../output/view.ts";
import { showList } from "../../show-list.ts";

/** @param wanted undefined: all */
export async function showGroups(
  context: CommandContext,
  limit: number | undefined,
  wanted: ((group: Group) => boolean) | undefined,
): Promise<void> {
  const center = await context.identityCenter();
  await showList<Group>(context, {
    name: "groups",
    limit,
    wanted,
    pages: () => groupsByPage(center),
    json: (groups) => ({ Groups: groups }),
    view: (groups) =>
      table(
        ["Group ID", "Display Name", "Description"],
        groups.map(({ GroupId, DisplayName, Description }) => [GroupId, DisplayName, Description]),
      ),
  });
}
