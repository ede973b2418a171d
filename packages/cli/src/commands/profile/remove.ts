import { assertConfirmed, type Consent } from "../../changes/assert-confirmed.ts";
import type { CommandContext } from "../../command-context.ts";
import { changeConfiguration } from "../../config/change-configuration.ts";
import { assertProfile } from "../../config/configured-profiles.ts";
import type { Edit } from "../../config/edit-config.ts";
import type { Tree } from "../../config/plain-yaml.ts";
import { settings } from "../../config/setting-table.ts";

export interface RemoveProfileInput extends Consent {
  readonly name: string;
  readonly dryRun: boolean;
}

/** Removes all that the configuration says of a profile, and that it is the default one. */
export async function removeProfile(context: CommandContext, input: RemoveProfileInput): Promise<void> {
  const { name } = input;
  const plan = (tree: Tree): readonly Edit[] => {
    assertProfile(tree, name);
    const isDefault = tree[settings.profile.name] === name;
    return [
      { path: ["profiles", name] },
      { path: ["cache", "profiles", name] },
      ...(isDefault ? [{ path: [settings.profile.name] }] : []),
    ];
  };
  assertProfile(context.opened.configuration().file?.tree ?? {}, name);
  if (!input.dryRun) await assertConfirmed(context, input, `remove the profile "${name}"`);
  await changeConfiguration(context, input.dryRun, plan);
}
