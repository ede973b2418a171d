import type { CommandOutput } from "@awsideman/aws-client";
import { CliError, notFoundError } from "../errors/cli-error.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { orUndefined } from "./not-found.ts";

/** What AWS says about a request to assign or to revoke. */
export type AssignmentRequest = NonNullable<
  CommandOutput<"sso-admin", "CreateAccountAssignment">["AccountAssignmentCreationStatus"]
>;

/** Milliseconds. An assignment takes some seconds, and may take minutes when many are under way. */
const firstPause = 500;
const longestPause = 5_000;
const patience = 15 * 60_000;

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

/** Asks in growing intervals until a request has succeeded or failed. */
export async function waitForAssignmentRequest(
  center: IdentityCenter,
  request: AssignmentRequest,
): Promise<AssignmentRequest> {
  let latest = request;
  let pause = firstPause;
  const start = performance.now();
  while (latest.Status === "IN_PROGRESS") {
    const requestId = latest.RequestId as string;
    if (performance.now() - start > patience) {
      throw new CliError(`the request ${requestId} is still in progress after 15 minutes`, {
        advice: `ask later with "awsideman assignment status ${requestId}"`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(pause * 1.5, longestPause);
    latest = await describeAssignmentRequest(center, requestId);
  }
  return latest;
}
