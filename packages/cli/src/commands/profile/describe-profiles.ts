import type { Configuration } from "../../config/configuration.ts";
import { resolveSetting } from "../../config/resolve-setting.ts";
import type { Setting } from "../../config/setting.ts";
import { settings } from "../../config/setting-table.ts";
import { CliError } from "../../errors/cli-error.ts";
import { SharedFiles } from "../../settings/shared-files.ts";

/** A profile of the configuration, of AWS's files, or of both: then with what is in use of each. */
export interface ProfileDescription {
  readonly Name: string;
  readonly Source: "configuration" | "aws";
  readonly IsDefault: boolean;
  readonly Region: string | undefined;
  readonly SsoInstanceArn: string | undefined;
  readonly IdentityStoreId: string | undefined;
  readonly DisplayName: string | undefined;
  readonly AwsProfile: string | undefined;
  readonly SsoSession: string | undefined;
}

/** Those of the configuration first, in its order, then the others of AWS. */
export function describeProfiles(configuration: Configuration): readonly ProfileDescription[] {
  const { variables } = configuration.sources;
  const files = new SharedFiles(variables);
  const own = configuration.profiles();
  // What the file says, not what the environment says today.
  const sources = { ...configuration.sources, options: {}, variables: {} };
  const byDefault = valueOf(() => resolveSetting(settings.profile, sources, undefined).value);
  const names = [...own.keys(), ...files.profileNames().filter((name) => !own.has(name))];
  return names.map((name) => {
    const isOwn = own.has(name);
    const of = (setting: Setting<string>): string | undefined =>
      isOwn ? valueOf(() => resolveSetting(setting, sources, name).value) : undefined;
    const awsProfile = of(settings.awsProfile) ?? (files.profile(name) === undefined ? undefined : name);
    const section = awsProfile === undefined ? undefined : files.profile(awsProfile);
    return {
      Name: name,
      Source: isOwn ? "configuration" : "aws",
      IsDefault: name === byDefault,
      Region: of(settings.region) ?? section?.get("region"),
      SsoInstanceArn: of(settings.instanceArn),
      IdentityStoreId: of(settings.identityStoreId),
      DisplayName: of(settings.instanceName),
      AwsProfile: awsProfile,
      SsoSession: section?.get("sso_session"),
    };
  });
}

/** What is wrong with one of many is none of the others' business: `config validate` tells it. */
function valueOf<Value>(find: () => Value): Value | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
