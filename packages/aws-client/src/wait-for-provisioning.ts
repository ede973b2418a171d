import type { CachedService, CallOptions } from "./cached-service.ts";
import type { CommandOutput } from "./catalog/sdk-commands.ts";
import { waitForStatus, type WaitOptions } from "./wait-for-status.ts";

/** What AWS says of a permission set that is being brought to its accounts. */
export type ProvisioningStatus = NonNullable<
  CommandOutput<"sso-admin", "ProvisionPermissionSet">["PermissionSetProvisioningStatus"]
>;

/** What `ProvisionPermissionSet` has given an id for. */
export interface ProvisioningRequest {
  readonly InstanceArn: string;
  readonly ProvisionPermissionSetRequestId: string;
}

/** A cached service, or a cached `SSOAdmin`. */
export type ProvisioningSource =
  | Pick<CachedService<"sso-admin">, "call">
  | {
      describePermissionSetProvisioningStatus(
        input: ProvisioningRequest,
        options?: CallOptions,
      ): Promise<CommandOutput<"sso-admin", "DescribePermissionSetProvisioningStatus">>;
    };

/**
 * The same as `waitForAssignment` for a permission set that is being provisioned: resolves with the last status, and lets
 * what that touches back into the cache.
 */
export async function waitForProvisioning(
  ssoAdmin: ProvisioningSource,
  request: ProvisioningRequest,
  options: WaitOptions<ProvisioningStatus> = {},
): Promise<ProvisioningStatus> {
  return waitForStatus(async (asking) => {
    const output = await ("call" in ssoAdmin
      ? ssoAdmin.call("DescribePermissionSetProvisioningStatus", request, asking)
      : ssoAdmin.describePermissionSetProvisioningStatus(request, asking));
    return output.PermissionSetProvisioningStatus;
  }, options);
}
