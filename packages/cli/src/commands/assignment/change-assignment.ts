import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
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
}

/** Sends a request to assign or to revoke, and shows what became of it so far; with `wait`, what became of it. */
export async function changeAssignment(
  context: CommandContext,
  input: ChangeAssignmentInput,
  change: "assign" | "revoke",
): Promise<void> {
  const center = await context.identityCenter();
  const [PermissionSetArn, principal] = await Promise.all([
    findPermissionSetArn(center, input.permissionSet),
    findOnlyPrincipal(center, input.principal, input.principalType),
  ]);
  const { InstanceArn } = await center.instance();
  const request = {
    InstanceArn,
    TargetId: input.account,
    TargetType: "AWS_ACCOUNT",
    PermissionSetArn,
    ...principal,
  } as const;
  const accepted =
    change === "assign"
      ? (await center.ssoAdmin.call("CreateAccountAssignment", request)).AccountAssignmentCreationStatus
      : (await center.ssoAdmin.call("DeleteAccountAssignment", request)).AccountAssignmentDeletionStatus;
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
