import type { GlobalValues } from "../command-line/global-options.ts";
import { usageError } from "../errors/cli-error.ts";
import { chooseOutput, type OutputChoice } from "../output/output-choice.ts";
import { callerName } from "./caller.ts";
import { resolveEndpoints, type Endpoints } from "./endpoints.ts";
import { SharedFiles } from "./shared-files.ts";
import type { Variables } from "./variables.ts";

/** What a command goes by, put together from the options, the environment and the profile. */
export interface Settings {
  /** The profile that was asked for. */
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpoints: Endpoints;
  /** What has nothing to do with each other has different ones; what any caller writes concerns all of one. */
  readonly namespace: string;
  /** Whose permissions the answers are given to. */
  readonly caller: string;
  readonly instanceArn: string | undefined;
  readonly identityStoreId: string | undefined;
  readonly output: OutputChoice;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** The environment or the profile says how to retry. */
  readonly choosesRetries: boolean;
  /** False for `--no-cache`. */
  readonly useCache: boolean;
  readonly variables: Variables;
}

/**
 * @throws CliError for a profile that neither file has, and for an endpoint that is no URL
 */
export function resolveSettings(globals: GlobalValues, variables: Variables): Settings {
  const files = new SharedFiles(variables);
  const profile = globals.profile ?? (variables["AWS_PROFILE"] || undefined);
  const section = files.profile(profile ?? "default");
  if (profile !== undefined && section === undefined) throw unknownProfile(profile, files);
  const endpoints = resolveEndpoints(globals.endpointUrl, variables, section, files);
  return {
    profile,
    region:
      globals.region ??
      (variables["AWS_REGION"] || variables["AWS_DEFAULT_REGION"] || section?.get("region") || undefined),
    endpoints,
    namespace: namespaceOf(endpoints),
    caller: callerName(profile, variables, files),
    instanceArn: globals.instanceArn,
    identityStoreId: globals.identityStoreId,
    output: chooseOutput(globals, variables),
    verbose: globals.verbose,
    quiet: globals.quiet,
    choosesRetries: Boolean(variables["AWS_RETRY_MODE"] || section?.has("retry_mode")),
    useCache: !globals.noCache,
    variables,
  };
}

/**
 * All of AWS is one namespace: identifiers are unique there, so one caller's write finds every caller's entries of the
 * same organisation, and those of no other. What is not AWS is one for itself.
 */
function namespaceOf(endpoints: Endpoints): string {
  const names = new Set([endpoints["sso-admin"] ?? "aws", endpoints.identitystore ?? "aws"]);
  return [...names].join(" ");
}

function unknownProfile(name: string, files: SharedFiles): Error {
  const known = files.profileNames();
  const choice = known.length === 0 ? "" : `, or choose one of ${known.join(", ")}`;
  return usageError(
    `there is no profile "${name}" in ${files.configPath} or ${files.credentialsPath}`,
    `make it with "aws configure --profile ${name}"${choice}`,
  );
}
