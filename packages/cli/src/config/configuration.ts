import type { GlobalValues } from "../command-line/global-options.ts";
import type { Variables } from "../settings/variables.ts";
import { readConfigFile, type ConfigFile } from "./config-file.ts";
import { expandHome, findConfig, hostOf, type ConfigPlace } from "./config-place.ts";
import type { Tree } from "./plain-yaml.ts";
import { resolveSetting, isTree, valueAt, type Resolved } from "./resolve-setting.ts";
import type { Setting } from "./setting.ts";
import type { SettingValue } from "./setting-kinds.ts";
import { settings, settingTable } from "./setting-table.ts";
import type { Sources } from "./sources.ts";

/** What the line, the environment and the file say, all together. */
export class Configuration {
  readonly place: ConfigPlace;
  readonly sources: Sources;
  #profile: Resolved<string> | undefined;

  constructor(place: ConfigPlace, sources: Sources) {
    this.place = place;
    this.sources = sources;
  }

  get file(): ConfigFile | undefined {
    return this.sources.file;
  }

  /** The name of the profile, one of the file or one of AWS's, and who has said it. */
  profile(): Resolved<string> {
    this.#profile ??= resolveSetting(settings.profile, this.sources, undefined);
    return this.#profile;
  }

  /**
   * What counts of a setting.
   * @throws CliError when it is not what it must be
   */
  get<Value extends SettingValue>(setting: Setting<Value>): Resolved<Value> {
    const { group } = setting;
    const together = group === undefined ? [] : settingTable.filter((other) => other.group === group);
    // Which profile it is no profile can say.
    const profile = setting.name === settings.profile.name ? undefined : this.profile().value;
    return resolveSetting(setting, this.sources, profile, together);
  }

  /** The profiles of the file, by name. */
  profiles(): ReadonlyMap<string, Tree> {
    const profiles = this.file === undefined ? undefined : valueAt(this.file.tree, ["profiles"]);
    // A profile that says nothing is one, too.
    const entries = Object.entries(isTree(profiles) ? profiles : {}).flatMap(([name, profile]) =>
      isTree(profile) ? [[name, profile] as const] : profile === null ? [[name, {}] as const] : [],
    );
    return new Map(entries);
  }
}

/**
 * Reads the file, if there is one.
 * @throws CliError for one that cannot be read or understood
 */
export async function openConfiguration(
  options: Partial<GlobalValues>,
  variables: Variables,
  place: ConfigPlace = findConfig(hostOf(variables)),
): Promise<Configuration> {
  const host = hostOf(variables);
  const file = await readConfigFile(place);
  return new Configuration(place, { options, variables, file, expand: (path) => expandHome(path, host) });
}
