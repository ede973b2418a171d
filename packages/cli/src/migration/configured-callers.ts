import { statSync } from "node:fs";
import type { LegacyCaller } from "@awsideman/cache-core/legacy";
import type { Configuration } from "../config/configuration.ts";
import { SharedFiles } from "../settings/shared-files.ts";

/** Where the predecessor asked when nobody said. */
const defaultRegion = "us-east-1";

/** Everybody whom the predecessor may have asked for: every profile, and none, in every region that is named anywhere. */
export function configuredCallers(configuration: Configuration): readonly LegacyCaller[] {
  const files = new SharedFiles(configuration.sources.variables);
  const own = configuration.profiles();
  const names = new Set([...own.keys(), ...files.profileNames()]);
  const regions = new Set<string>([defaultRegion]);
  for (const name of names)
    for (const region of [own.get(name)?.["region"], files.profile(name)?.get("region")])
      if (typeof region === "string") regions.add(region);
  return [undefined, ...names].flatMap((profile) =>
    [...regions].map((region) => ({ profile: profile === "default" ? undefined : profile, region })),
  );
}

/** Milliseconds since 1970: when any of the files was changed that say who a profile is. */
export function configuredSince(configuration: Configuration): number {
  const { configPath, credentialsPath } = new SharedFiles(configuration.sources.variables);
  const files = [configPath, credentialsPath, configuration.place.path];
  return Math.max(0, ...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
