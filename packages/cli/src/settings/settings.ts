import { environmentCaller } from "@awsideman/aws-client";
import type { GlobalValues } from "../command-line/global-options.ts";
import { cacheVariables, type CacheSettings } from "../config/cache-variables.ts";
import type { Configuration } from "../config/configuration.ts";
import { settings } from "../config/setting-table.ts";
import { usageError } from "../errors/cli-error.ts";
import type { OutputChoice } from "../output/output-choice.ts";
import { chooseAwsProfile } from "./choose-profile.ts";
import { chooseConfiguredOutput } from "./configured-output.ts";
import { resolveEndpoints, type Endpoints } from "./endpoints.ts";
import { SharedFiles } from "./shared-files.ts";
import type { Variables } from "./variables.ts";

/** What a command goes by, put together from the options, the environment, the configuration and AWS's files. */
export interface Settings {
  /** The AWS profile whose credentials are used; undefined: what the SDK finds by itself. */
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpoints: Endpoints;
  /** What has nothing to do with each other has different ones; what any caller writes concerns all of one. */
  readonly namespace: string;
  /** Tells whose permissions the answers are given to. */
  readonly caller: () => string;
  /** An answer of the cache, too, is given only to who has credentials that are good. */
  readonly requireCredentials: boolean;
  readonly instanceArn: string | undefined;
  readonly identityStoreId: string | undefined;
  readonly output: OutputChoice;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** The environment or the profile says how to retry. */
  readonly choosesRetries: boolean;
  /** Milliseconds since AWS was asked for an answer, at most. Infinity: as old as it may be. */
  readonly maxAge: number;
  readonly showAge: boolean;
  readonly cache: CacheSettings;
  /** The environment, with what counts of the cache's settings in place of what it says of them. */
  readonly variables: Variables;
}

/**
 * @throws CliError for a profile that is nowhere, an endpoint that is no URL, and a setting that is not what it must be
 */
export function resolveSettings(globals: GlobalValues, configuration: Configuration): Settings {
  const { variables } = configuration.sources;
  const files = new SharedFiles(variables);
  const profile = chooseAwsProfile(configuration, files);
  const section = files.profile(profile ?? "default");
  const endpoints = resolveEndpoints(globals.endpointUrl, variables, section, files);
  const { cache, variables: resolved } = cacheVariables(configuration);
  return {
    profile,
    region: configuration.get(settings.region).value ?? (section?.get("region") || undefined),
    endpoints,
    namespace: namespaceOf(endpoints),
    caller: environmentCaller({ profile, variables, files }),
    requireCredentials: configuration.get(settings.requireCredentials).value === true,
    instanceArn: configuration.get(settings.instanceArn).value,
    identityStoreId: configuration.get(settings.identityStoreId).value,
    output: chooseConfiguredOutput(globals, configuration),
    verbose: globals.verbose,
    quiet: globals.quiet,
    choosesRetries: Boolean(variables["AWS_RETRY_MODE"] || section?.has("retry_mode")),
    maxAge: maxAgeOf(globals),
    showAge: globals.showAge,
    cache,
    variables: resolved,
  };
}

function maxAgeOf({ noCache, maxAge = Infinity }: GlobalValues): number {
  if (noCache && maxAge < Infinity) throw usageError("--no-cache and --max-age exclude each other");
  return noCache ? 0 : maxAge;
}

/**
 * All of AWS is one namespace: identifiers are unique there, so one caller's write finds every caller's entries of the
 * same organisation, and those of no other. What is not AWS is one for itself.
 */
function namespaceOf(endpoints: Endpoints): string {
  const names = new Set([endpoints["sso-admin"] ?? "aws", endpoints.identitystore ?? "aws"]);
  return [...names].join(" ");
}
