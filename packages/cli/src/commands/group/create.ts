import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { fields } from "../../output/view.ts";

export interface CreateGroupInput {
  readonly name: string;
  readonly description: string | undefined;
  readonly dryRun: boolean;
}

export async function createGroup(context: CommandContext, input: CreateGroupInput): Promise<void> {
  const { name: DisplayName, description } = input;
  const center = await context.identityCenter();
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "CreateGroup", {
    IdentityStoreId,
    DisplayName,
    ...(description === undefined ? {} : { Description: description }),
  });
  if (input.dryRun) return showDryRun(context, [call]);
  const { GroupId } = await call.send(center);
  context.show({ GroupId, DisplayName, IdentityStoreId }, () =>
    fields([
      ["Created", DisplayName],
      ["Group ID", GroupId],
    ]),
  );
}
