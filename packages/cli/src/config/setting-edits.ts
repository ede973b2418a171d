import { usageError } from "../errors/cli-error.ts";
import type { Variables } from "../settings/variables.ts";
import { expandHome, hostOf } from "./config-place.ts";
import {
  assertKnownProfile,
  assertProfile,
  assertProfileName,
  namesOfProfiles,
} from "./configured-profiles.ts";
import type { Edit } from "./edit-config.ts";
import type { Tree } from "./plain-yaml.ts";
import { pathsOf, pathsOfProfile, valueAt } from "./resolve-setting.ts";
import type { Setting } from "./setting.ts";
import type { SettingAddress } from "./setting-address.ts";
import type { SettingValue } from "./setting-kinds.ts";

/**
 * What writes a value that somebody has typed: where the setting stands already, or else at its own place.
 * @throws CliError for a value that it may not have, and a profile that is nowhere
 */
export function setEdit(tree: Tree, address: SettingAddress, value: string, variables: Variables): Edit {
  const { setting, profile } = address;
  const paths = pathsFor(address);
  if (profile !== undefined && !namesOfProfiles(tree).includes(profile)) {
    // One of AWS's, which the file has something to say about from now on.
    assertKnownProfile(tree, profile, variables);
    assertProfileName(profile);
  }
  const host = hostOf(variables);
  const read = readTyped(setting, value, (path) => expandHome(path, host));
  // A path stays as it was typed: with a tilde, it is right in another home, too.
  const written = setting.kind.read(value, (path) => path) === read ? read : value;
  return {
    path: paths.find((path) => valueAt(tree, path) !== undefined) ?? (paths[0] as readonly string[]),
    value: written,
  };
}

/** @throws CliError for a value that the setting may not have */
export function readTyped(
  { name, kind, isSecret }: Setting,
  value: string,
  expand: (path: string) => string = (path) => path,
): SettingValue {
  const read = kind.read(value, expand);
  if (read !== undefined) return read;
  throw usageError(`${name} must be ${kind.meaning}${isSecret ? "" : `, received ${JSON.stringify(value)}`}`);
}

/**
 * What takes a setting away, wherever it stands.
 * @throws CliError for a profile that the file does not have
 */
export function unsetEdits(tree: Tree, address: SettingAddress): readonly Edit[] {
  const paths = pathsFor(address);
  if (address.profile !== undefined) assertProfile(tree, address.profile);
  return paths.filter((path) => valueAt(tree, path) !== undefined).map((path) => ({ path }));
}

function pathsFor({ setting, profile }: SettingAddress): readonly (readonly string[])[] {
  if (profile !== undefined) {
    if (setting.scope !== "whole") return pathsOfProfile(setting, profile);
    throw usageError(`${setting.name} is not a setting of a profile`, "leave --profile away");
  }
  if (setting.scope !== "profile") return pathsOf(setting);
  throw usageError(`${setting.name} is a setting of a profile`, "name it with --profile");
}
