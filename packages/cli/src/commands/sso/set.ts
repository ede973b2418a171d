import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertProfileName } from "../../config/configured-profiles.ts";
import { settings } from "../../config/setting-table.ts";
import { allInstances } from "../../identity-center/find-instance.ts";
import { CliError, notFoundError, usageError } from "../../errors/cli-error.ts";

export interface SetInstanceInput {
  readonly instance: string | undefined;
  readonly displayName: string | undefined;
  readonly dryRun: boolean;
}

/** Writes both names of an instance, so that AWS is never asked for it again. */
export async function setInstance(context: CommandContext, input: SetInstanceInput): Promise<void> {
  const profile = context.opened.configuration().profile().value;
  if (profile !== undefined) assertProfileName(profile);
  if (profile === undefined && input.displayName !== undefined)
    throw usageError("--display-name is of a profile, and none is in use", "name one with --profile");
  const { ssoAdmin } = await context.identityCenter();
  const instances = await allInstances(ssoAdmin);
  const { instance } = input;
  const chosen = instances.filter(
    ({ InstanceArn, IdentityStoreId }) =>
      instance === undefined || instance === InstanceArn || instance === IdentityStoreId,
  );
  const [only, other] = chosen;
  if (only === undefined)
    throw notFoundError(
      `there is no instance ${instance ?? "of Identity Center"}`,
      '"awsideman sso list" shows them',
    );
  if (other !== undefined)
    throw new CliError("there is more than one instance of Identity Center", {
      advice: `name one of ${chosen.map(({ InstanceArn }) => InstanceArn).join(", ")}`,
    });
  const above = profile === undefined ? [] : ["profiles", profile];
  const values = [
    [settings.instanceArn, only.InstanceArn],
    [settings.identityStoreId, only.IdentityStoreId],
    [settings.instanceName, input.displayName],
  ] as const;
  await changeConfiguration(context, input.dryRun, () =>
    values.flatMap(([{ name }, value]) => (value === undefined ? [] : [{ path: [...above, name], value }])),
  );
}
