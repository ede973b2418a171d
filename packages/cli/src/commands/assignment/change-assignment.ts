import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import {
  waitForAssignmentRequest,
  type AssignmentRequest,
} from "../../identity-center/assignment-requests.ts";
import { findPermissionSetArn } from "../../identity-center/permission-sets.ts";
import { findOnlyPrincipal, type PrincipalType } from "../../identity-center/principals.ts";
import { showRequest } from "./show-request.ts";

export interface ChangeAssignmentInput {
  readonly permissionSet: string;
  readonly principal: string;
  readonly account: string;
  readonly principalType: PrincipalType | undefined;
  readonly wait: boolean;
  readonly dryRun: boolean;
}

/**
 * Sends a request to assign or to revoke, and shows what became of it so far; with `wait`, what became of it.
 * @param consent what the line says about asking first; undefined for what takes nothing away
 */
export async function changeAssignment(
  context: CommandContext,
  input: ChangeAssignmentInput,
  change: "assign" | "revoke",
  consent?: Consent,
): Promise<void> {
  const center = await context.identityCenter();
  const [PermissionSetArn, principal, TargetId] = await Promise.all([
    findPermissionSetArn(center, input.permissionSet),
    findOnlyPrincipal(center, input.principal, input.principalType),
    findAccountId(center, input.account),
  ]);
  const { InstanceArn } = await center.instance();
  const request = {
    InstanceArn,
    TargetId,
    TargetType: "AWS_ACCOUNT",
    PermissionSetArn,
    ...principal,
  } as const;
  const creation = plan("sso-admin", "CreateAccountAssignment", request);
  const deletion = plan("sso-admin", "DeleteAccountAssignment", request);
  if (input.dryRun) return showDryRun(context, [change === "assign" ? creation : deletion]);
  if (consent !== undefined) {
    const { permissionSet, principal: who, account } = input;
    await assertConfirmed(context, consent, `take "${permissionSet}" in ${account} away from "${who}"`);
  }
  const accepted =
    change === "assign"
      ? (await creation.send(center)).AccountAssignmentCreationStatus
      : (await deletion.send(center)).AccountAssignmentDeletionStatus;
  const isUnderWay = accepted?.Status === "IN_PROGRESS" && accepted.RequestId !== undefined;
  const latest =
    input.wait && isUnderWay
      ? await waitForAssignmentRequest(center, change, accepted.RequestId as string)
      : (accepted ?? {});
  showRequest(context, latest);
  assertNotFailed(latest);
}

function assertNotFailed({ Status, FailureReason = "no reason given" }: AssignmentRequest): void {
  if (Status === "FAILED") throw new CliError(`the request has failed: ${FailureReason}`);
}
