import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { findSetting } from "../../config/setting-address.ts";
import { unsetEdits } from "../../config/setting-edits.ts";

export interface UnsetSettingInput {
  readonly setting: string;
  readonly dryRun: boolean;
}

/** Takes a setting out of the file: of the profile that was named, or of the whole configuration. */
export async function unsetSetting(context: CommandContext, input: UnsetSettingInput): Promise<void> {
  const address = findSetting(input.setting, context.opened.globals.profile);
  await changeConfiguration(context, input.dryRun, (tree) => unsetEdits(tree, address));
}
