import type { GlobalValues } from "../command-line/global-options.ts";
import type { SettingKind, SettingValue } from "./setting-kinds.ts";

/** All that is known of a setting: the one place that says it. */
export interface Setting<Value extends SettingValue = SettingValue> {
  /** Its place in the file, with dots: `cache.default_ttl`. Of the whole, and of a profile, below `profiles.NAME`. */
  readonly name: string;
  readonly summary: string;
  readonly kind: SettingKind<Value>;
  /** Undefined: what happens then is said by {@link Setting.otherwise}. */
  readonly default?: Value;
  /** For people: what counts where nobody says anything. */
  readonly otherwise?: string;
  /** The option of every command that says it. */
  readonly option?: keyof GlobalValues;
  /** Environment variables, the first that is set counts. */
  readonly variables: readonly SettingVariable[];
  /** Other places in the file, as the program's first version wrote them. */
  readonly formerNames: readonly string[];
  /** What that has written there and is nothing any more, with what it is taken for. */
  readonly formerValues: Readonly<Record<string, Value>>;
  /** Where in the file it may stand. */
  readonly scope: "anywhere" | "profile" | "whole";
  /** Settings that mean something only together: only those count that are said as near as any of them. */
  readonly group?: string;
  /** It is, or may hold, what nobody else may see. */
  readonly isSecret: boolean;
}

export interface SettingVariable {
  readonly name: string;
  /** It says the opposite: `AWSIDEMAN_CACHE_DISABLED`. */
  readonly negated?: boolean;
}

type Definition<Value extends SettingValue> = Partial<Setting<Value>> &
  Pick<Setting<Value>, "name" | "summary" | "kind">;

export function defineSetting<Value extends SettingValue>(definition: Definition<Value>): Setting<Value> {
  return {
    variables: [],
    formerNames: [],
    formerValues: {},
    scope: "anywhere",
    isSecret: false,
    ...definition,
  };
}

/** What the program's first version called the variables of a profile begins like this. */
const cachePrefix = "AWSIDEMAN_CACHE_";

/**
 * The variables that say a setting of the cache for one profile: `AWSIDEMAN_CACHE_PROFILE_MY_PROFILE_DEFAULT_TTL`. The name is
 * made from the profile's, and not the other way round: so it does not matter what is in that.
 */
export function variablesOfProfile(
  { variables }: Pick<Setting, "variables">,
  profile: string,
): readonly SettingVariable[] {
  const middle = `PROFILE_${profile.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_`;
  return variables
    .filter(({ name }) => name.startsWith(cachePrefix))
    .map(({ name, ...rest }) => ({
      ...rest,
      name: `${cachePrefix}${middle}${name.slice(cachePrefix.length)}`,
    }));
}
