import { waitForAssignment, type CommandOutput } from "@awsideman/aws-client";
import { CliError, notFoundError } from "../errors/cli-error.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";

/** What AWS says about a request to assign or to revoke. */
export type AssignmentRequest = NonNullable<
  CommandOutput<"sso-admin", "CreateAccountAssignment">["AccountAssignmentCreationStatus"]
>;

/**
 * Finds out what became of a request, whether it was one to assign or one to revoke. AWS is asked until it has ended.
 * @throws CliError when AWS knows no such request
 */
export async function describeAssignmentRequest(
  { ssoAdmin, instance }: IdentityCenter,
  requestId: string,
): Promise<AssignmentRequest> {
  const { InstanceArn } = await instance();
  const creation = await orUndefined(
    ssoAdmin.call("DescribeAccountAssignmentCreationStatus", {
      InstanceArn,
      AccountAssignmentCreationRequestId: requestId,
    }),
  );
  if (creation?.AccountAssignmentCreationStatus !== undefined)
    return creation.AccountAssignmentCreationStatus;
  const deletion = await orUndefined(
    ssoAdmin.call("DescribeAccountAssignmentDeletionStatus", {
      InstanceArn,
      AccountAssignmentDeletionRequestId: requestId,
    }),
  );
  if (deletion?.AccountAssignmentDeletionStatus !== undefined)
    return deletion.AccountAssignmentDeletionStatus;
  throw notFoundError(
    `there is no request "${requestId}" to assign or to revoke`,
    "AWS forgets them after some weeks",
  );
}

/**
 * Waits until a request has succeeded or failed.
 * @throws CliError when it has done neither after a quarter of an hour, and an `AbortError`
 */
export async function waitForAssignmentRequest(
  { ssoAdmin, instance }: IdentityCenter,
  kind: "assign" | "revoke",
  requestId: string,
  abortSignal: AbortSignal,
): Promise<AssignmentRequest> {
  const { InstanceArn } = await instance();
  const latest = await waitForAssignment(
    ssoAdmin,
    kind === "assign"
      ? { InstanceArn, AccountAssignmentCreationRequestId: requestId }
      : { InstanceArn, AccountAssignmentDeletionRequestId: requestId },
    { abortSignal },
  );
  if (latest.Status !== "IN_PROGRESS") return latest;
  throw new CliError(`the request ${requestId} is still in progress after 15 minutes`, {
    advice: `ask later with "awsideman assignment status ${requestId}"`,
  });
}
