import { waitForProvisioning, type ProvisioningStatus } from "@awsideman/aws-client";
import { plan, type PlannedCall } from "../../changes/planned-call.ts";
import { interruptedChange } from "../../changes/interrupted-change.ts";
import { UncertainChange } from "../../changes/uncertain-change.ts";
import type { CommandContext } from "../../command-context.ts";
import { classify } from "../../errors/classify.ts";
import { CliError } from "../../errors/cli-error.ts";
import { accountsWithPermissionSet } from "../../identity-center/assignments.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import type { PermissionSet } from "../../identity-center/permission-sets.ts";
import { plural } from "../../output/quantity.ts";

export interface ProvisionOptions {
  readonly provision: boolean;
  readonly wait: boolean;
}

export interface ProvisionOutcome {
  /** As AWS has told of it last; undefined where nothing was asked for. */
  readonly status: ProvisioningStatus | undefined;
  /** Why it is not there, or nobody knows whether it is. */
  readonly error: CliError | undefined;
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
 * Otherwise it says that they still have it as it was. Never rejects: what was changed before is to be shown in any case.
 */
export async function provision(
  context: CommandContext,
  center: IdentityCenter,
  permissionSet: PermissionSet,
  { provision: isAsked, wait }: ProvisionOptions,
): Promise<ProvisionOutcome> {
  let status: ProvisioningStatus | undefined;
  let signal: AbortSignal | undefined;
  try {
    if (!(await isWanted(context, center, permissionSet, isAsked))) return { status, error: undefined };
    const { InstanceArn } = await center.instance();
    const call = await planProvisioning(center, permissionSet.PermissionSetArn as string);
    if (wait) signal = context.interruption();
    status = (await call.send(center)).PermissionSetProvisioningStatus;
    const { RequestId: ProvisionPermissionSetRequestId, Status } = status ?? {};
    if (signal !== undefined && Status === "IN_PROGRESS" && ProvisionPermissionSetRequestId !== undefined) {
      const request = { InstanceArn, ProvisionPermissionSetRequestId };
      status = await waitForProvisioning(center.ssoAdmin, request, { abortSignal: signal });
    }
  } catch (error) {
    if (signal?.aborted) return { status, error: interruptedChange() };
    const { message, advice, exitCode } = classify(error);
    const what = status !== undefined || error instanceof UncertainChange ? notKnown : notBrought;
    return { status, error: new CliError(`${what}: ${message}`, { advice, exitCode, cause: error }) };
  }
  if (status?.Status !== "FAILED") return { status, error: undefined };
  const { FailureReason = "no reason given" } = status;
  return { status, error: new CliError(`${notBrought}: ${FailureReason}`) };
}

const notBrought = "it could not be brought to its accounts";
const notKnown = "it is not known whether it was brought to its accounts";

async function isWanted(
  context: CommandContext,
  center: IdentityCenter,
  { PermissionSetArn = "", Name = PermissionSetArn }: PermissionSet,
  isAsked: boolean,
): Promise<boolean> {
  const accounts = await accountsWithPermissionSet(askingAws(center), PermissionSetArn);
  if (accounts.length === 0) {
    if (isAsked) context.note("no account has it: there is nowhere to bring it");
    return false;
  }
  if (isAsked) return true;
  const where = plural(accounts.length, "account");
  const question = `"${Name}" is provisioned to ${where}: bring the change there?`;
  if ((await context.confirm(question)) === true) return true;
  context.note(
    `it stays as it was in ${where}: "awsideman permission-set update ${Name} --provision" brings it there`,
  );
  return false;
}
