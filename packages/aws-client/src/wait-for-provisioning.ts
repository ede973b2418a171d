import type { CachedService } from "./cached-service.ts";
import type { CommandOutput } from "./catalog/sdk-commands.ts";
import { isOutage } from "./outage.ts";
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

/**
 * The same as `waitForAssignment` for a permission set that is being provisioned: resolves with the last status, and lets
 * what that touches back into the cache.
 */
export async function waitForProvisioning(
  ssoAdmin: Pick<CachedService<"sso-admin">, "call">,
  request: ProvisioningRequest,
  options: WaitOptions<ProvisioningStatus> = {},
): Promise<ProvisioningStatus> {
  return waitForStatus(async (signal) => {
    try {
      const { PermissionSetProvisioningStatus } = await ssoAdmin.call(
        "DescribePermissionSetProvisioningStatus",
        request,
        signal === undefined ? {} : { abortSignal: signal },
      );
      return PermissionSetProvisioningStatus;
    } catch (error) {
      if (isOutage(error)) return undefined;
      throw error;
    }
  }, options);
}
