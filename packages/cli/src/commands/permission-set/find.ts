import type { CommandContext } from "../../command-context.ts";
import { hasMatch } from "../../filters.ts";
import { matchText } from "../../match-text.ts";
import { showPermissionSets } from "./show-permission-sets.ts";

export interface FindInput {
  readonly pattern: string;
  readonly caseSensitive: boolean;
  readonly limit: number | undefined;
}

export async function findPermissionSets(context: CommandContext, input: FindInput): Promise<void> {
  const matches = matchText(input.pattern, input);
  await showPermissionSets(context, input.limit, ({ Name, Description }) =>
    hasMatch([Name, Description], matches),
  );
}
