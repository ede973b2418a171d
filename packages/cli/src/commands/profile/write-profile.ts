import type { CommandContext } from "../../command-context.ts";
import type { Edit } from "../../config/edit-config.ts";
import type { Setting } from "../../config/setting.ts";
import { readTyped } from "../../config/setting-edits.ts";
import { settings } from "../../config/setting-table.ts";
import { SharedFiles } from "../../settings/shared-files.ts";

export interface WriteProfileInput {
  readonly name: string;
  readonly awsProfile: string | undefined;
  readonly displayName: string | undefined;
  readonly default: boolean;
  readonly dryRun: boolean;
}

/**
 * What writes into a profile what the line says.
 * @throws CliError for a value that a setting may not have
 */
export function profileEdits(context: CommandContext, input: WriteProfileInput): readonly Edit[] {
  const { region, instanceArn, identityStoreId } = context.opened.globals;
  const values = {
    region,
    instanceArn,
    identityStoreId,
    awsProfile: input.awsProfile,
    instanceName: input.displayName,
  };
  const edits = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [profileEdit(input.name, settings[key as keyof typeof values], value)],
  );
  return input.default ? [...edits, defaultEdit(input.name)] : edits;
}

function profileEdit(profile: string, setting: Setting, value: string): Edit {
  return { path: ["profiles", profile, ...setting.name.split(".")], value: readTyped(setting, value) };
}

export function defaultEdit(profile: string): Edit {
  return { path: [settings.profile.name], value: profile };
}

/** Says what will be missing, without keeping anybody from writing it first. */
export function noteMissingAwsProfile(
  context: CommandContext,
  { name, awsProfile }: WriteProfileInput,
): void {
  const wanted = awsProfile ?? name;
  if (new SharedFiles(context.opened.variables).profile(wanted) !== undefined) return;
  context.note(
    `there is no AWS profile "${wanted}" yet: make it with "aws configure sso --profile ${wanted}"`,
  );
}
