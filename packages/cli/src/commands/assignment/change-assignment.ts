import type { CommandInput } from "@awsideman/aws-client";
import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import { plan, type PlannedCall } from "../../changes/planned-call.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import { askingAws } from "../../identity-center/asking-aws.ts";
import type { AssignmentRequest } from "../../identity-center/assignment-requests.ts";
import { findAccounts, isOneAccount, type AccountChoice } from "../../identity-center/chosen-accounts.ts";
import { findCurrentPermissionSetArn } from "../../identity-center/permission-sets.ts";
import { findOnlyPrincipal, type PrincipalType } from "../../identity-center/principals.ts";
import { plural } from "../../output/quantity.ts";
import { changeInAccount } from "./change-in-account.ts";
import { changeInAccounts } from "./change-in-accounts.ts";
import type { AssignmentChange } from "./send-requests.ts";

export interface ChangeAssignmentInput extends AccountChoice {
  readonly permissionSet: string;
  readonly principal: string;
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
  change: AssignmentChange,
  consent?: Consent,
): Promise<void> {
  const one = isOneAccount(input) ? input.account : undefined;
  const center = await context.identityCenter();
  const now = askingAws(center);
  const [PermissionSetArn, principal, accounts] = await Promise.all([
    findCurrentPermissionSetArn(center, input.permissionSet),
    findOnlyPrincipal(now, input.principal, input.principalType),
    one === undefined
      ? findAccounts(now, input)
      : findAccountId(now, one).then((id) => [{ id, name: undefined }]),
  ]);
  const { InstanceArn } = await center.instance();
  const requests = accounts.map((account) => ({
    ...account,
    call: planChange(change, {
      InstanceArn,
      TargetId: account.id,
      TargetType: "AWS_ACCOUNT",
      PermissionSetArn,
      ...principal,
    }),
  }));
  if (input.dryRun)
    return showDryRun(
      context,
      requests.map(({ call }) => call),
    );
  if (consent !== undefined) {
    const { permissionSet, principal: who } = input;
    const where = one ?? plural(requests.length, "account");
    await assertConfirmed(context, consent, `take "${permissionSet}" in ${where} away from "${who}"`);
  }
  const [only] = requests;
  if (one === undefined || only === undefined) return changeInAccounts(context, center, change, requests);
  return changeInAccount(context, center, change, only, input.wait);
}

function planChange(
  change: AssignmentChange,
  request: CommandInput<"sso-admin", "CreateAccountAssignment">,
): PlannedCall<AssignmentRequest | undefined> {
  if (change === "assign") {
    const creation = plan("sso-admin", "CreateAccountAssignment", request);
    return {
      ...creation,
      send: async (center) => (await creation.send(center)).AccountAssignmentCreationStatus,
    };
  }
  const deletion = plan("sso-admin", "DeleteAccountAssignment", request);
  return {
    ...deletion,
    send: async (center) => (await deletion.send(center)).AccountAssignmentDeletionStatus,
  };
}
