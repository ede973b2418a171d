import type { CommandContext } from "../../command-context.ts";
import { assertKnownProfile } from "../../config/configured-profiles.ts";
import { Configuration } from "../../config/configuration.ts";
import { describeSetting } from "../../config/describe-settings.ts";
import { findSetting } from "../../config/setting-address.ts";
import { notFoundError, usageError } from "../../errors/cli-error.ts";
import { printable } from "../../output/text.ts";
import { lines } from "../../output/view.ts";

export interface GetSettingInput {
  readonly setting: string;
}

/** Shows what counts of one setting, and nothing else, for programs. */
export async function getSetting(context: CommandContext, input: GetSettingInput): Promise<void> {
  const { setting, profile } = findSetting(input.setting);
  const { place, sources } = context.opened.configuration();
  const named = profile ?? sources.options.profile;
  if (named !== undefined) assertKnownProfile(sources.file?.tree ?? {}, named, sources.variables);
  // Of a profile that is part of the name, it is what would count if that was in use.
  const asked = profile === undefined ? sources : { ...sources, options: { ...sources.options, profile } };
  const { defaultCacheDirectory } = await import("@awsideman/storage-disk");
  const { value, origin, problem } = describeSetting(
    new Configuration(place, asked),
    setting,
    defaultCacheDirectory(),
  );
  if (value === undefined && problem !== undefined) throw usageError(problem);
  if (value === undefined) throw notFoundError(`${input.setting} is not set`, otherwise(setting.otherwise));
  context.show({ Name: setting.name, Value: value, Origin: origin }, () =>
    lines(`${printable(String(value))}\n`),
  );
}

function otherwise(text: string | undefined): string | undefined {
  return text === undefined ? undefined : `what counts is ${text.replaceAll("`", "")}`;
}
