import type { CommandContext } from "../../command-context.ts";
import { readFilters } from "../../filters.ts";
import { groupAttributes, type Group } from "../../identity-center/groups.ts";
import { showGroups } from "./show-groups.ts";

export interface ListGroupsInput {
  readonly filter: readonly string[];
  readonly limit: number | undefined;
}

export async function listGroups(context: CommandContext, { filter, limit }: ListGroupsInput): Promise<void> {
  await showGroups(context, limit, await readFilters<Group>(filter, groupAttributes));
}
