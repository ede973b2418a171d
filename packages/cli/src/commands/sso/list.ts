import type { CommandContext } from "../../command-context.ts";
import { allInstances } from "../../identity-center/find-instance.ts";
import { table } from "../../output/view.ts";

export async function listInstances(context: CommandContext): Promise<void> {
  const { ssoAdmin } = await context.identityCenter();
  const instances = await allInstances(ssoAdmin);
  context.show({ Instances: instances }, () =>
    table(
      ["Instance ARN", "Identity Store ID", "Name", "Status"],
      instances.map(({ InstanceArn, IdentityStoreId, Name, Status }) => [
        InstanceArn,
        IdentityStoreId,
        Name,
        Status,
      ]),
    ),
  );
}
