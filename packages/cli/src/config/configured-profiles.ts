import { didYouMean } from "../command-line/closest.ts";
import { notFoundError, usageError } from "../errors/cli-error.ts";
import { SharedFiles } from "../settings/shared-files.ts";
import type { Variables } from "../settings/variables.ts";
import type { Tree } from "./plain-yaml.ts";
import { isTree, valueAt } from "./resolve-setting.ts";
import { name as profileName } from "./setting-kinds.ts";

/** Names of the profiles of a configuration. */
export function namesOfProfiles(tree: Tree): readonly string[] {
  const profiles = valueAt(tree, ["profiles"]);
  return isTree(profiles) ? Object.keys(profiles) : [];
}

/** @throws CliError for a name that could be part of a path, or would have to be quoted */
export function assertProfileName(name: string): void {
  if (profileName.read(name, String) !== undefined) return;
  throw usageError(`a profile must have ${profileName.meaning}, received ${JSON.stringify(name)}`);
}

/** @throws CliError unless the configuration has it, or AWS's files */
export function assertKnownProfile(tree: Tree, name: string, variables: Variables): void {
  if (new SharedFiles(variables).profile(name) === undefined) assertProfile(tree, name);
}

/** @throws CliError unless the configuration has it */
export function assertProfile(tree: Tree, name: string): void {
  const names = namesOfProfiles(tree);
  if (names.includes(name)) return;
  throw notFoundError(
    `the configuration has no profile "${name}"`,
    didYouMean(name, names, `make it with "awsideman profile add ${name}"`),
  );
}
