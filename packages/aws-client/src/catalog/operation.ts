import { createCacheKey } from "@awsideman/cache-core";
import type { Progress } from "./row.ts";

/** The kinds of asynchronous operations that AWS gives a request id for. */
export type OperationKind =
  | "account-assignment-creation"
  | "account-assignment-deletion"
  | "account-creation"
  | "permission-set-provisioning";

/**
 * The name under which an operation's mark is kept and ended, `<kind>:<request id>`.
 * @throws TypeError without a request id
 */
export function operationName(kind: OperationKind, requestId: string | undefined): string {
  if (!requestId) throw new TypeError(`The operation ${kind} needs a request id`);
  return createCacheKey(kind, requestId);
}

/**
 * What AWS says of an operation. `SUCCEEDED` and `FAILED` are final; anything else, or nothing, is in progress.
 * https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AccountAssignmentOperationStatus.html
 */
export function progressOf(
  kind: OperationKind,
  status: { readonly Status?: string | undefined; readonly RequestId?: string | undefined } | undefined,
): Progress {
  if (status?.Status === "SUCCEEDED" || status?.Status === "FAILED") return { state: "finished" };
  return {
    state: "in-progress",
    operation: status?.RequestId ? operationName(kind, status.RequestId) : undefined,
  };
}
