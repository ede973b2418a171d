import type { CommandContext } from "../../command-context.ts";
import { readFilters } from "../../filters.ts";
import { permissionSetAttributes, type PermissionSet } from "../../identity-center/permission-sets.ts";
import { showPermissionSets } from "./show-permission-sets.ts";

export interface ListPermissionSetsInput {
  readonly filter: readonly string[];
  readonly limit: number | undefined;
}

export async function listPermissionSets(
  context: CommandContext,
  { filter, limit }: ListPermissionSetsInput,
): Promise<void> {
  const wanted = await readFilters<PermissionSet>(filter, permissionSetAttributes);
  await showPermissionSets(context, limit, wanted);
}
