import type { CommandContext } from "../../command-context.ts";
import { findPermissionSet } from "../../identity-center/permission-sets.ts";
import { listPolicies, type Policies } from "../../identity-center/policies.ts";
import { fields } from "../../output/view.ts";

export interface GetPermissionSetInput {
  readonly permissionSet: string;
}

export async function getPermissionSet(context: CommandContext, input: GetPermissionSetInput): Promise<void> {
  const center = await context.identityCenter();
  const permissionSet = await findPermissionSet(center, input.permissionSet);
  const policies = await listPolicies(center, permissionSet.PermissionSetArn as string);
  context.show({ ...permissionSet, ...policies }, () =>
    fields([
      ["Name", permissionSet.Name],
      ["ARN", permissionSet.PermissionSetArn],
      ["Description", permissionSet.Description],
      ["Session Duration", permissionSet.SessionDuration],
      ["Relay State", permissionSet.RelayState],
      ["Managed policies", policies.AttachedManagedPolicies.map(({ Name, Arn }) => Name ?? Arn).join(", ")],
      ["Customer policies", policies.CustomerManagedPolicyReferences.map(({ Name }) => Name).join(", ")],
      ["Boundary", boundaryOf(policies)],
      ["Inline policy", policies.InlinePolicy],
      ["Created", permissionSet.CreatedDate?.toISOString()],
    ]),
  );
}

function boundaryOf({ PermissionsBoundary }: Policies): string | undefined {
  return PermissionsBoundary?.ManagedPolicyArn ?? PermissionsBoundary?.CustomerManagedPolicyReference?.Name;
}
