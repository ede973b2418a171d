import type { CommandContext } from "../../command-context.ts";
import { findsIn, type FindInput } from "../../find-input.ts";
import type { Group } from "../../identity-center/groups.ts";
import { showGroups } from "./show-groups.ts";

export async function findGroups(context: CommandContext, input: FindInput): Promise<void> {
  const textsOf = ({ DisplayName, Description }: Group) => [DisplayName, Description];
  await showGroups(context, input.limit, findsIn(input, textsOf));
}
