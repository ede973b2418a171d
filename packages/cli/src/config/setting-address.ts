import { commandsThatRead } from "@awsideman/aws-client";
import { closest } from "../command-line/closest.ts";
import { usageError } from "../errors/cli-error.ts";
import { findCommand, operationName, operationTtl } from "./operation-ttls.ts";
import type { Setting } from "./setting.ts";
import { settingTable } from "./setting-table.ts";

/** Which setting somebody means, and whose. */
export interface SettingAddress {
  readonly setting: Setting;
  /** Undefined: of the whole configuration. */
  readonly profile: string | undefined;
}

const operations = "cache.operation_ttls.";

/**
 * Finds a setting by its name, or by its place in the file: `cache.default_ttl`, `profiles.work.region`.
 * @param profile the one that was named besides
 * @throws CliError for a name that means nothing, with the one that was probably meant
 */
export function findSetting(name: string, profile?: string): SettingAddress {
  const [, rest = ""] = /^profiles\.(.+)$/.exec(name) ?? [];
  if (rest === "") return { setting: settingOf(name), profile };
  // A profile's name may have dots in it: what the name ends with is the setting.
  const dots = [...rest.matchAll(/\./g)].map(({ index }) => index);
  for (const dot of dots) {
    const setting = lookUp(rest.slice(dot + 1));
    if (setting === undefined) continue;
    const named = rest.slice(0, dot);
    if (profile !== undefined && profile !== named)
      throw usageError(`"${name}" is not of the profile "${profile}"`, "name it once");
    return { setting, profile: named };
  }
  throw unknown(name, rest.slice(rest.indexOf(".") + 1));
}

function settingOf(name: string): Setting {
  const found = lookUp(name);
  if (found === undefined) throw unknown(name, name);
  return found;
}

function lookUp(name: string): Setting | undefined {
  if (!name.startsWith(operations))
    return settingTable.find((setting) => setting.name === name || setting.formerNames.includes(name));
  const command = findCommand(name.slice(operations.length), commandsThatRead());
  return command === undefined ? undefined : operationTtl(command);
}

function unknown(name: string, wanted: string): Error {
  const near = nearestSetting(wanted);
  return usageError(
    `there is no setting "${name}"`,
    near === undefined ? '"awsideman config show" lists them' : `did you mean "${near}"?`,
  );
}

/** The setting, or operation, that a name was probably meant to be. */
export function nearestSetting(name: string): string | undefined {
  if (name.startsWith(operations)) {
    const near = closest(
      name.slice(operations.length),
      commandsThatRead().map((command) => operationName(command)),
    );
    return near === undefined ? undefined : operations + near;
  }
  return closest(
    name,
    settingTable.map((setting) => setting.name),
  );
}
