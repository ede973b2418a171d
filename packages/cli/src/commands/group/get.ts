import type { CommandContext } from "../../command-context.ts";
import { findGroup } from "../../identity-center/groups.ts";
import { fields } from "../../output/view.ts";
import { withoutMetadata } from "../../output/without-metadata.ts";

export interface GetGroupInput {
  readonly group: string;
}

export async function getGroup(context: CommandContext, { group: text }: GetGroupInput): Promise<void> {
  const group = await findGroup(await context.identityCenter(), text);
  context.show(withoutMetadata(group), () =>
    fields([
      ["Group ID", group.GroupId],
      ["Display Name", group.DisplayName],
      ["Description", group.Description],
      ["Created", group.CreatedAt?.toISOString()],
      ["Updated", group.UpdatedAt?.toISOString()],
    ]),
  );
}
