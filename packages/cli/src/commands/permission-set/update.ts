import { plan, type PlannedCall } from "../../changes/planned-call.ts";
import { sendAll } from "../../changes/send-all.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { exitCodes } from "../../errors/exit-code.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { findCurrentPermissionSet, type PermissionSet } from "../../identity-center/permission-sets.ts";
import { fields } from "../../output/view.ts";
import { policyArn } from "./managed-policy.ts";
import { planProvisioning, provision } from "./provision.ts";
import { readSessionDuration } from "./session-duration.ts";

export interface UpdatePermissionSetInput {
  readonly permissionSet: string;
  readonly description: string | undefined;
  readonly sessionDuration: string | undefined;
  readonly relayState: string | undefined;
  readonly addManagedPolicy: readonly string[];
  readonly removeManagedPolicy: readonly string[];
  readonly provision: boolean;
  readonly wait: boolean;
  readonly dryRun: boolean;
}

/** Changes what is named, and then brings it to the accounts that have it, if that is wanted: until then they have it as it was. */
export async function updatePermissionSet(
  context: CommandContext,
  input: UpdatePermissionSetInput,
): Promise<void> {
  const attributes = attributesOf(input);
  const isChange =
    Object.keys(attributes).length > 0 ||
    input.addManagedPolicy.length > 0 ||
    input.removeManagedPolicy.length > 0;
  if (!isChange && !input.provision) {
    throw usageError("nothing is to be changed", 'see "awsideman permission-set update --help"');
  }
  const center = await context.identityCenter();
  const permissionSet = await findCurrentPermissionSet(center, input.permissionSet);
  const changes = await planChanges(center, permissionSet, attributes, input);
  const PermissionSetArn = permissionSet.PermissionSetArn as string;
  if (input.dryRun) {
    const provisioning = input.provision ? [await planProvisioning(center, PermissionSetArn)] : [];
    return showDryRun(context, [...changes, ...provisioning]);
  }
  const result = await sendAll(center, changes);
  // Of what was not begun there is nothing to show.
  if (result.sent === 0) result.assertAll();
  const made = changes.slice(0, result.sent).map(({ command }) => command);
  // What was made only in part is not brought anywhere.
  const outcome =
    result.sent === changes.length
      ? await provision(context, center, permissionSet, input)
      : { status: undefined, error: undefined };
  context.show({ PermissionSetArn, Changed: made, PermissionSetProvisioningStatus: outcome.status }, () =>
    fields([
      [made.length === 0 ? "Name" : "Updated", permissionSet.Name],
      ["ARN", PermissionSetArn],
      ["Changed", made.join(", ")],
      ["Provisioning", outcome.status?.Status],
      ["Request ID", outcome.status?.RequestId],
      ["Reason", outcome.status?.FailureReason],
    ]),
  );
  result.assertAll();
  if (outcome.error === undefined) return;
  const { message, advice, exitCode } = outcome.error;
  if (made.length === 0 || exitCode === exitCodes.interrupted) throw outcome.error;
  throw new CliError(message, { advice, exitCode: exitCodes.partial, cause: outcome.error.cause });
}

interface Attributes {
  readonly Description?: string;
  readonly SessionDuration?: string;
  readonly RelayState?: string;
}

function attributesOf({ description, sessionDuration, relayState }: UpdatePermissionSetInput): Attributes {
  return {
    ...(description === undefined ? {} : { Description: description }),
    ...(sessionDuration === undefined ? {} : { SessionDuration: readSessionDuration(sessionDuration) }),
    ...(relayState === undefined ? {} : { RelayState: relayState }),
  };
}

async function planChanges(
  center: IdentityCenter,
  permissionSet: PermissionSet,
  attributes: Attributes,
  input: UpdatePermissionSetInput,
): Promise<readonly PlannedCall[]> {
  const { InstanceArn } = await center.instance();
  const target = { InstanceArn, PermissionSetArn: permissionSet.PermissionSetArn as string };
  const calls: PlannedCall[] = [];
  if (Object.keys(attributes).length > 0) {
    const { Description, SessionDuration, RelayState } = permissionSet;
    // What is left out may be taken for what is to be empty.
    const before = Object.entries({ Description, SessionDuration, RelayState }).filter(([, value]) => value);
    calls.push(
      plan("sso-admin", "UpdatePermissionSet", { ...target, ...Object.fromEntries(before), ...attributes }),
    );
  }
  for (const ManagedPolicyArn of new Set(input.addManagedPolicy.map(policyArn))) {
    calls.push(plan("sso-admin", "AttachManagedPolicyToPermissionSet", { ...target, ManagedPolicyArn }));
  }
  for (const ManagedPolicyArn of new Set(input.removeManagedPolicy.map(policyArn))) {
    calls.push(plan("sso-admin", "DetachManagedPolicyFromPermissionSet", { ...target, ManagedPolicyArn }));
  }
  return calls;
}
