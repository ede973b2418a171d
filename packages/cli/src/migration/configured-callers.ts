import { statSync } from "node:fs";
import type { Configuration } from "../config/configuration.ts";
import { chooseAwsProfile } from "../settings/choose-profile.ts";
import { SharedFiles } from "../settings/shared-files.ts";
import type { ConfiguredCaller } from "./plan-migration.ts";

/** Where the predecessor asked when nobody said. */
const defaultRegion = "us-east-1";

/** The predecessor has one key for both, so it is taken over only where nobody but the default can be meant. */
const refusalOfDefault =
  'asked without a profile, or by "default", and another is in use: unset AWS_PROFILE, and use --profile default or none';

/**
 * Everybody whom the predecessor may have asked for: every profile, and none, in every region that is named anywhere.
 * @throws CliError for a profile in use that is nowhere
 */
export function configuredCallers(configuration: Configuration): readonly ConfiguredCaller[] {
  const files = new SharedFiles(configuration.sources.variables);
  const own = configuration.profiles();
  const names = new Set([...own.keys(), ...files.profileNames()]);
  const regions = new Set<string>([defaultRegion]);
  for (const name of names)
    for (const region of [own.get(name)?.["region"], files.profile(name)?.get("region")])
      if (typeof region === "string") regions.add(region);
  names.delete("default");
  const refusal = usesDefault(configuration, files) ? undefined : refusalOfDefault;
  return [...regions].flatMap((region) => [
    { profile: undefined, region, refusal },
    ...[...names].map((profile) => ({ profile, region })),
  ]);
}

function usesDefault(configuration: Configuration, files: SharedFiles): boolean {
  const profiles = [chooseAwsProfile(configuration, files), configuration.sources.variables["AWS_PROFILE"]];
  return profiles.every((profile) => !profile || profile === "default");
}

/** Milliseconds since 1970: when any of the files was changed that say who a profile is. */
export function configuredSince(configuration: Configuration): number {
  const { configPath, credentialsPath } = new SharedFiles(configuration.sources.variables);
  const files = [configPath, credentialsPath, configuration.place.path];
  return Math.max(0, ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
