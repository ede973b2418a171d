import { commandsThatRead } from "@awsideman/aws-client";
import { CliError } from "../errors/cli-error.ts";
import { SharedFiles } from "../settings/shared-files.ts";
import { chooseAwsProfile } from "../settings/choose-profile.ts";
import type { Configuration } from "./configuration.ts";
import { findCommand, mentionedOperations, operationTtl } from "./operation-ttls.ts";
import { redact } from "./redact.ts";
import { sayingsOf } from "./resolve-setting.ts";
import type { Setting } from "./setting.ts";
import type { SettingValue } from "./setting-kinds.ts";
import { settings, settingTable } from "./setting-table.ts";
import { nameOfOrigin, type Origin } from "./sources.ts";

/** What counts of a setting, as it may be shown to anybody. */
export interface SettingDescription {
  readonly setting: Setting;
  readonly value: SettingValue | undefined;
  /** Who has said it. */
  readonly origin: string;
  /** Who else has said something, and does not count because of that: variables, members of the file, AWS's files. */
  readonly overruled: readonly string[];
  /** Why what was said does not count, or leads nowhere. */
  readonly problem: string | undefined;
}

/**
 * All settings, and the times of the operations that somebody has said something of.
 * @param cacheDirectory the folder that the disk takes where nobody names one
 */
export function describeSettings(
  configuration: Configuration,
  cacheDirectory: string,
): readonly SettingDescription[] {
  const profile = settled(() => configuration.profile().value);
  const known = commandsThatRead();
  const commands = mentionedOperations(configuration.sources, profile).flatMap(
    (name) => findCommand(name, known) ?? [],
  );
  const operations = [...new Set(commands)].map((command) => operationTtl(command));
  return [...settingTable, ...operations].map((setting) =>
    describeSetting(configuration, setting, cacheDirectory),
  );
}

export function describeSetting(
  configuration: Configuration,
  setting: Setting,
  cacheDirectory: string,
): SettingDescription {
  try {
    const { value, origin } = configuration.get(setting);
    if (value === undefined) {
      const whence =
        setting.name === settings.cacheDirectory.name
          ? { value: cacheDirectory, origin: "the platform" }
          : elsewhere(configuration, setting);
      return { setting, overruled: [], problem: undefined, ...whence };
    }
    return {
      setting,
      value: redact(setting, value),
      origin: told(origin),
      overruled: overruled(configuration, setting),
      problem: setting.name === settings.profile.name ? lostProfile(configuration) : undefined,
    };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { setting, value: undefined, origin: "nobody", overruled: [], problem: error.message };
  }
}

function told(origin: Origin): string {
  return nameOfOrigin(origin).replace(/,$/, "");
}

/** Those who are further away, AWS's own files last. */
function overruled(configuration: Configuration, setting: Setting): readonly string[] {
  const profile = setting.name === settings.profile.name ? undefined : configuration.profile().value;
  const [, ...further] = settled(() => sayingsOf(setting, configuration.sources, profile)) ?? [];
  const { value, origin } = elsewhere(configuration, setting);
  const ofAws = setting.name === settings.region.name && value !== undefined ? [origin] : [];
  const names = further.map(({ origin: its }) => (its.kind === "file" ? its.member : told(its)));
  return [...names, ...ofAws];
}

/** A profile that is nowhere is not seen by its name. */
function lostProfile(configuration: Configuration): string | undefined {
  try {
    chooseAwsProfile(configuration, new SharedFiles(configuration.sources.variables));
    return undefined;
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return error.message;
  }
}

/** What AWS's own files say where nobody else does. */
function elsewhere(
  configuration: Configuration,
  setting: Setting,
): { readonly value: SettingValue | undefined; readonly origin: string } {
  const nobody = { value: undefined, origin: "nobody" };
  if (setting.name !== settings.region.name && setting.name !== settings.awsProfile.name) return nobody;
  const files = new SharedFiles(configuration.sources.variables);
  const profile = settled(() => chooseAwsProfile(configuration, files));
  if (setting.name === settings.awsProfile.name)
    return profile === undefined ? nobody : { value: profile, origin: "its name" };
  const region = files.profile(profile ?? "default")?.get("region");
  return region ? { value: region, origin: `the AWS profile ${profile ?? "default"}` } : nobody;
}

/** What cannot be known because something is wrong is told where that is shown. */
export function settled<Value>(find: () => Value): Value | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
