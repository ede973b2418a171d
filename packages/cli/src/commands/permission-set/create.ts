import { plan } from "../../changes/planned-call.ts";
import { sendAll } from "../../changes/send-all.ts";
import { showDryRun } from "../../changes/show-dry-run.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { fields } from "../../output/view.ts";
import { policyArn } from "./managed-policy.ts";
import { readSessionDuration } from "./session-duration.ts";

export interface CreatePermissionSetInput {
  readonly name: string;
  readonly description: string | undefined;
  readonly sessionDuration: string | undefined;
  readonly relayState: string | undefined;
  readonly managedPolicy: readonly string[];
  readonly dryRun: boolean;
}

export async function createPermissionSet(
  context: CommandContext,
  input: CreatePermissionSetInput,
): Promise<void> {
  const { name: Name, description, sessionDuration, relayState } = input;
  const SessionDuration = sessionDuration === undefined ? undefined : readSessionDuration(sessionDuration);
  const policies = [...new Set(input.managedPolicy.map(policyArn))];
  const center = await context.identityCenter();
  const { InstanceArn } = await center.instance();
  const creation = plan("sso-admin", "CreatePermissionSet", {
    InstanceArn,
    Name,
    ...(description === undefined ? {} : { Description: description }),
    ...(SessionDuration === undefined ? {} : { SessionDuration }),
    ...(relayState === undefined ? {} : { RelayState: relayState }),
  });
  const attachments = (PermissionSetArn: string) =>
    policies.map((ManagedPolicyArn) =>
      plan(
        "sso-admin",
        "AttachManagedPolicyToPermissionSet",
        { InstanceArn, PermissionSetArn, ManagedPolicyArn },
        { ofNew: true },
      ),
    );
  if (input.dryRun) return showDryRun(context, [creation, ...attachments("what the first call makes")]);
  const { PermissionSet } = await creation.send(center);
  if (PermissionSet?.PermissionSetArn === undefined) {
    throw new CliError("AWS does not say what it has created", { advice: "see with permission-set list" });
  }
  const finish = await sendAll(center, attachments(PermissionSet.PermissionSetArn));
  context.show({ ...PermissionSet, ManagedPolicies: policies.slice(0, finish.sent) }, () =>
    fields([
      ["Created", PermissionSet.Name],
      ["ARN", PermissionSet.PermissionSetArn],
      ["Managed policies", policies.slice(0, finish.sent).join(", ")],
    ]),
  );
  finish.assertAll(1);
}
