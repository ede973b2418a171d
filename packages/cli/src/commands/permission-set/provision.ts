import { waitForProvisioning, type ProvisioningStatus } from "@awsideman/aws-client";
import { plan, type PlannedCall } from "../../changes/planned-call.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { accountsWithPermissionSet } from "../../identity-center/access.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import type { PermissionSet } from "../../identity-center/permission-sets.ts";
import { plural } from "../../output/quantity.ts";
import { printable } from "../../output/text.ts";

export interface ProvisionOptions {
  readonly provision: boolean;
  readonly wait: boolean;
}

export interface ProvisionOutcome {
  /** Undefined where nothing was asked for. */
  readonly status: ProvisioningStatus | undefined;
  /** @throws CliError when AWS says that it has failed */
  assertDone(): void;
}

type ProvisionCall = PlannedCall<{
  readonly PermissionSetProvisioningStatus?: ProvisioningStatus | undefined;
}>;

export async function planProvisioning(
  center: IdentityCenter,
  PermissionSetArn: string,
): Promise<ProvisionCall> {
  const { InstanceArn } = await center.instance();
  const TargetType = "ALL_PROVISIONED_ACCOUNTS";
  return plan("sso-admin", "ProvisionPermissionSet", { InstanceArn, PermissionSetArn, TargetType });
}

/**
 * Brings a permission set that was changed to the accounts that have it: where the line says so, or the user when asked.
 * Otherwise it says that they still have it as it was.
 */
export async function provision(
  context: CommandContext,
  center: IdentityCenter,
  { PermissionSetArn = "", Name = PermissionSetArn }: PermissionSet,
  options: ProvisionOptions,
): Promise<ProvisionOutcome> {
  const nothing: ProvisionOutcome = { status: undefined, assertDone: () => undefined };
  const accounts = await accountsWithPermissionSet(askingAws(center), PermissionSetArn);
  if (accounts.length === 0) return nothing;
  const where = plural(accounts.length, "account");
  const isWanted =
    options.provision ||
    (await context.confirm(printable(`"${Name}" is provisioned to ${where}: bring the change there?`))) ===
      true;
  if (!isWanted) {
    context.note(
      printable(
        `it stays as it was in ${where}: permission-set update '${Name}' --provision brings it there`,
      ),
    );
    return nothing;
  }
  const answer = await (await planProvisioning(center, PermissionSetArn)).send(center);
  const status = await latest(center, answer.PermissionSetProvisioningStatus, options.wait);
  return {
    status,
    assertDone() {
      if (status?.Status !== "FAILED") return;
      throw new CliError(
        `it could not be brought to its accounts: ${status.FailureReason ?? "no reason given"}`,
      );
    },
  };
}

async function latest(
  { ssoAdmin, instance }: IdentityCenter,
  accepted: ProvisioningStatus | undefined,
  wait: boolean,
): Promise<ProvisioningStatus | undefined> {
  const id = accepted?.RequestId;
  if (!wait || accepted?.Status !== "IN_PROGRESS" || id === undefined) return accepted;
  const { InstanceArn } = await instance();
  return waitForProvisioning(ssoAdmin, { InstanceArn, ProvisionPermissionSetRequestId: id });
}
