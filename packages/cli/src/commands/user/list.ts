import type { CommandContext } from "../../command-context.ts";
import { readFilters } from "../../filters.ts";
import { userAttributes, type User } from "../../identity-center/users.ts";
import { showUsers } from "./show-users.ts";

export interface ListUsersInput {
  readonly filter: readonly string[];
  readonly limit: number | undefined;
}

export async function listUsers(context: CommandContext, { filter, limit }: ListUsersInput): Promise<void> {
  await showUsers(context, limit, await readFilters<User>(filter, userAttributes));
}
