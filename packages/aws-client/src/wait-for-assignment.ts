import type { CachedService, CallOptions } from "./cached-service.ts";
import type { CommandOutput } from "./catalog/sdk-commands.ts";
import { waitForStatus, type WaitOptions } from "./wait-for-status.ts";

/** What AWS says of an assignment that was asked for, or of its removal. */
export type AssignmentStatus = NonNullable<
  CommandOutput<"sso-admin", "CreateAccountAssignment">["AccountAssignmentCreationStatus"]
>;

interface CreationRequest {
  readonly InstanceArn: string;
  readonly AccountAssignmentCreationRequestId: string;
}

interface DeletionRequest {
  readonly InstanceArn: string;
  readonly AccountAssignmentDeletionRequestId: string;
}

/** Which of the two it is: what `CreateAccountAssignment` or `DeleteAccountAssignment` has given an id for. */
export type AssignmentRequest = CreationRequest | DeletionRequest;

/** A cached service, or a cached `SSOAdmin`. */
export type AssignmentSource =
  | Pick<CachedService<"sso-admin">, "call">
  | {
      describeAccountAssignmentCreationStatus(
        input: CreationRequest,
        options?: CallOptions,
      ): Promise<CommandOutput<"sso-admin", "DescribeAccountAssignmentCreationStatus">>;
      describeAccountAssignmentDeletionStatus(
        input: DeletionRequest,
        options?: CallOptions,
      ): Promise<CommandOutput<"sso-admin", "DescribeAccountAssignmentDeletionStatus">>;
    };

/**
 * Asks AWS what has become of an assignment, in growing intervals and within the quota, until it has ended. The end, once
 * seen, lets what the assignment touches back into the cache, in every process.
 * Resolves with the last status: `SUCCEEDED`, or `FAILED` with its `FailureReason`; `IN_PROGRESS` when the time was up first.
 * Rejects with AWS's own error, except while AWS is down or takes no more calls, and with an `AbortError`.
 * @example
 * const { AccountAssignmentCreationStatus } = await ssoAdmin.call("CreateAccountAssignment", assignment);
 * const AccountAssignmentCreationRequestId = AccountAssignmentCreationStatus.RequestId;
 * const { Status } = await waitForAssignment(ssoAdmin, { InstanceArn, AccountAssignmentCreationRequestId });
 */
export async function waitForAssignment(
  ssoAdmin: AssignmentSource,
  request: AssignmentRequest,
  options: WaitOptions<AssignmentStatus> = {},
): Promise<AssignmentStatus> {
  return waitForStatus((asking) => ask(ssoAdmin, request, asking), options);
}

async function ask(
  ssoAdmin: AssignmentSource,
  request: AssignmentRequest,
  options: CallOptions,
): Promise<AssignmentStatus | undefined> {
  if ("AccountAssignmentCreationRequestId" in request) {
    const output = await ("call" in ssoAdmin
      ? ssoAdmin.call("DescribeAccountAssignmentCreationStatus", request, options)
      : ssoAdmin.describeAccountAssignmentCreationStatus(request, options));
    return output.AccountAssignmentCreationStatus;
  }
  const output = await ("call" in ssoAdmin
    ? ssoAdmin.call("DescribeAccountAssignmentDeletionStatus", request, options)
    : ssoAdmin.describeAccountAssignmentDeletionStatus(request, options));
  return output.AccountAssignmentDeletionStatus;
}
