import type { CommandContext } from "../../command-context.ts";
import { findsIn, type FindInput } from "../../find-input.ts";
import type { PermissionSet } from "../../identity-center/permission-sets.ts";
import { showPermissionSets } from "./show-permission-sets.ts";

export async function findPermissionSets(context: CommandContext, input: FindInput): Promise<void> {
  const textsOf = ({ Name, Description }: PermissionSet) => [Name, Description];
  await showPermissionSets(context, input.limit, findsIn(input, textsOf));
}
