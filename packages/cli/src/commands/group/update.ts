import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import { findGroupId } from "../../identity-center/groups.ts";
import { fields } from "../../output/view.ts";

export interface UpdateGroupInput {
  readonly group: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly dryRun: boolean;
}

export async function updateGroup(context: CommandContext, input: UpdateGroupInput): Promise<void> {
  const { group, name, description } = input;
  const operations = Object.entries({ displayName: name, description }).flatMap(
    ([AttributePath, AttributeValue]) =>
      // AWS takes no empty text: nothing removes it.
      AttributeValue === undefined ? [] : [{ AttributePath, AttributeValue: AttributeValue || null }],
  );
  if (operations.length === 0) {
    throw usageError("nothing is to be changed", 'see "awsideman group update --help"');
  }
  const center = await context.identityCenter();
  const GroupId = await findGroupId(askingAws(center), group);
  const { IdentityStoreId } = await center.instance();
  const call = plan("identitystore", "UpdateGroup", { IdentityStoreId, GroupId, Operations: operations });
  if (input.dryRun) return showDryRun(context, [call]);
  await call.send(center);
  const changed = operations.map(({ AttributePath }) => AttributePath);
  context.show({ GroupId, IdentityStoreId, Changed: changed }, () =>
    fields([
      ["Updated", name ?? group],
      ["Group ID", GroupId],
      ["Changed", changed.join(", ")],
    ]),
  );
}
