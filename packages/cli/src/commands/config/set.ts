import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { settled } from "../../config/describe-settings.ts";
import { setEdit } from "../../config/setting-edits.ts";
import { findSetting } from "../../config/setting-address.ts";

export interface SetSettingInput {
  readonly setting: string;
  readonly value: string;
  readonly dryRun: boolean;
}

/** Writes a setting: of the profile that was named, or of the whole configuration. */
export async function setSetting(context: CommandContext, input: SetSettingInput): Promise<void> {
  const { opened } = context;
  const address = findSetting(input.setting, opened.globals.profile);
  await changeConfiguration(context, input.dryRun, (tree) => [
    setEdit(tree, address, input.value, opened.variables),
  ]);
  const counts = settled(() => opened.configuration().get(address.setting).origin);
  if (counts?.kind === "variable") context.note(`${counts.name} is set, and counts before it`);
}
