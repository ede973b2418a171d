import type { CommandContext } from "../../command-context.ts";
import { hasMatch } from "../../filters.ts";
import { matchText } from "../../match-text.ts";
import { showGroups } from "./show-groups.ts";

export interface FindInput {
  readonly pattern: string;
  readonly caseSensitive: boolean;
  readonly limit: number | undefined;
}

export async function findGroups(context: CommandContext, input: FindInput): Promise<void> {
  const matches = matchText(input.pattern, input);
  await showGroups(context, input.limit, ({ DisplayName, Description }) =>
    hasMatch([DisplayName, Description], matches),
  );
}
