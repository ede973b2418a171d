import type { CommandContext } from "../../command-context.ts";
import { listGroups as groupsByPage, type Group } from "../../identity-center/groups.ts";
import { formatTable } from "../../output/table.ts";

export interface ListGroupsInput {
  readonly limit: number | undefined;
}

export async function listGroups(
  context: CommandContext,
  { limit = Infinity }: ListGroupsInput,
): Promise<void> {
  const groups: Group[] = [];
  // As with users: the limit must not change what AWS is asked for.
  for await (const page of groupsByPage(await context.identityCenter())) {
    groups.push(...page.slice(0, limit - groups.length));
    if (groups.length >= limit) break;
  }
  context.show({ Groups: groups }, () =>
    formatTable(
      ["Group ID", "Display Name", "Description"],
      groups.map(({ GroupId, DisplayName, Description }) => [GroupId, DisplayName, Description]),
    ),
  );
}
