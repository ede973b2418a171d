import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findGroup } from "../../identity-center/groups.ts";
import { fields } from "../../output/view.ts";

export interface DeleteGroupInput extends Consent {
  readonly group: string;
  readonly dryRun: boolean;
}

export async function deleteGroup(context: CommandContext, input: DeleteGroupInput): Promise<void> {
  const center = await context.identityCenter();
  const { GroupId, DisplayName = input.group } = await findGroup(askingAws(center), input.group);
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "DeleteGroup", { IdentityStoreId, GroupId: GroupId as string });
  if (input.dryRun) return showDryRun(context, [call]);
  await assertConfirmed(context, input, `delete the group "${DisplayName}" (${GroupId})`);
  await call.send(center);
  context.show({ GroupId, DisplayName, IdentityStoreId }, () =>
    fields([
      ["Deleted", DisplayName],
      ["Group ID", GroupId],
    ]),
  );
}
