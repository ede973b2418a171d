import { commandsThatRead } from "@awsideman/aws-client";
import type { Variables } from "../settings/variables.ts";
import type { Configuration } from "./configuration.ts";
import { resolveOperationTtls } from "./operation-ttls.ts";
import { settings, settingTable } from "./setting-table.ts";
import type { Origin } from "./sources.ts";

/** What the environment of the cache cannot say, or does not know. */
export interface CacheSettings {
  /** Nothing is to be kept without a key. */
  readonly needsKey: boolean;
  /** Milliseconds by command, for those that have a time of their own. */
  readonly operationTtls: ReadonlyMap<string, number>;
  /** Who has said what the variables say, by the variable's name. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/**
 * Says what counts of the settings of the cache as the environment would say it: whatever reads that environment knows
 * the file and the profile, too, and cannot forget one of them.
 * @throws CliError for a setting that is not what it must be
 */
export function cacheVariables(configuration: Configuration): {
  readonly cache: CacheSettings;
  readonly variables: Variables;
} {
  const { sources } = configuration;
  const variables: Record<string, string | undefined> = { ...sources.variables };
  const origins = new Map<string, Origin>();
  for (const setting of settingTable) {
    const [variable] = setting.variables;
    if (variable === undefined || !setting.name.startsWith("cache.")) continue;
    const { value, origin } = configuration.get(setting);
    const said = variable.negated === true && typeof value === "boolean" ? !value : value;
    variables[variable.name] = said === undefined ? undefined : String(said);
    origins.set(variable.name, origin);
  }
  const profile = configuration.profile().value;
  return {
    cache: {
      needsKey: configuration.get(settings.encryption).value === true,
      operationTtls: resolveOperationTtls(sources, profile, commandsThatRead),
      origins,
    },
    variables,
  };
}
