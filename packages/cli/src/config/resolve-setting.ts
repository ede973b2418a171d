import { kebabCase } from "../command-line/option.ts";
import { usageError } from "../errors/cli-error.ts";
import type { ConfigFile } from "./config-file.ts";
import { placeOf, type Tree, type TreeValue } from "./plain-yaml.ts";
import { assertProtected } from "./protection.ts";
import { variablesOfProfile, type Setting, type SettingVariable } from "./setting.ts";
import type { SettingValue } from "./setting-kinds.ts";
import { nameOfOrigin, placeInFile, type Origin, type Sources } from "./sources.ts";

/** What one of them has said, as it stands there. */
export interface Saying {
  readonly raw: unknown;
  readonly origin: Origin;
  readonly negated: boolean;
}

export interface Resolved<Value extends SettingValue> {
  /** Undefined: nobody has said anything, and there is no default. */
  readonly value: Value | undefined;
  readonly origin: Origin;
}

/**
 * Finds what counts: what is nearest. In order: the option, the environment (for the profile, then for all), the profile, the
 * rest of the file, the default. All settings are found by this one function.
 * @param profile whose part of the file counts; undefined: nobody's
 * @param group the settings that mean something only together with this one
 * @throws CliError when that is not what it must be. What others have said is not looked at
 */
export function resolveSetting<Value extends SettingValue>(
  setting: Setting<Value>,
  sources: Sources,
  profile: string | undefined,
  group: readonly Setting[] = [],
): Resolved<Value> {
  const nearest = nearestLevel(group, sources, profile);
  for (const [distance, level] of levels.entries()) {
    const saying = distance > nearest ? undefined : level(setting, sources, profile);
    if (saying !== undefined) return { value: readSaying(setting, saying, sources), origin: saying.origin };
  }
  return { value: setting.default, origin: { kind: "default" } };
}

/** All that is said of a setting, the nearest first. */
export function sayingsOf(
  setting: Setting,
  sources: Sources,
  profile: string | undefined,
): readonly Saying[] {
  return levels.flatMap((level) => level(setting, sources, profile) ?? []);
}

/** @throws CliError for what it may not be, and for a secret that others could read */
export function readSaying<Value extends SettingValue>(
  setting: Setting<Value>,
  { raw, origin, negated }: Saying,
  { expand, file }: Pick<Sources, "expand" | "file">,
): Value {
  // A shell has done that, for whoever wanted it.
  const value =
    formerValue(setting, raw, origin) ?? setting.kind.read(raw, origin.kind === "file" ? expand : asItIs);
  if (value === undefined) {
    const received = setting.isSecret ? "" : `, received ${describeRaw(raw)}`;
    throw usageError(`${nameOfOrigin(origin)} must be ${setting.kind.meaning}${received}`);
  }
  if (origin.kind === "file" && file !== undefined) assertProtected(setting, value, file);
  return negated && typeof value === "boolean" ? (!value as Value) : value;
}

type Level = (setting: Setting, sources: Sources, profile: string | undefined) => Saying | undefined;

/** Who may say something, the nearest first. */
const levels: readonly Level[] = [
  ({ option }, { options }) => {
    const raw = option === undefined ? undefined : options[option];
    if (raw === undefined || raw === false) return undefined;
    return { raw, origin: { kind: "option", name: `--${kebabCase(option as string)}` }, negated: false };
  },
  (setting, sources, profile) =>
    profile === undefined || setting.scope === "whole"
      ? undefined
      : inEnvironment(variablesOfProfile(setting, profile), sources),
  (setting, sources) => inEnvironment(setting.variables, sources),
  (setting, { file }, profile) => {
    if (file === undefined || profile === undefined || setting.scope === "whole") return undefined;
    return inFile(file, pathsOfProfile(setting, profile), profile);
  },
  (setting, { file }) =>
    file === undefined || setting.scope === "profile" ? undefined : inFile(file, pathsOf(setting), undefined),
];

function nearestLevel(group: readonly Setting[], sources: Sources, profile: string | undefined): number {
  const found = levels.findIndex((level) =>
    group.some((setting) => level(setting, sources, profile) !== undefined),
  );
  return found === -1 ? levels.length : found;
}

function inEnvironment(variables: readonly SettingVariable[], sources: Sources): Saying | undefined {
  for (const { name, negated = false } of variables) {
    const raw = sources.variables[name];
    if (raw) return { raw, origin: { kind: "variable", name }, negated };
  }
  return undefined;
}

/** Where in the file it may stand, its own name first. */
export function pathsOf({ name, formerNames }: Setting): readonly (readonly string[])[] {
  return [name, ...formerNames].map((one) => one.split("."));
}

/** The same for a profile: the first version had the cache's settings of all profiles in one place. */
export function pathsOfProfile(setting: Setting, profile: string): readonly (readonly string[])[] {
  const paths = pathsOf(setting);
  const former = paths.flatMap(([first, ...rest]) =>
    first === "cache" ? [["cache", "profiles", profile, ...rest]] : [],
  );
  return [...paths.map((path) => ["profiles", profile, ...path]), ...former];
}

function inFile(
  file: ConfigFile,
  paths: readonly (readonly string[])[],
  profile: string | undefined,
): Saying | undefined {
  for (const path of paths) {
    const raw = findIn(file, path);
    // `region:` with nothing behind it says nothing.
    if (raw === undefined || raw === null) continue;
    const origin = {
      kind: "file",
      file: file.path,
      member: path.join("."),
      line: file.lines.get(placeOf(path)),
      profile,
    } as const;
    return { raw, origin, negated: false };
  }
  return undefined;
}

/** @throws CliError where something else stands in the way than what can have members: `cache: off` */
function findIn(file: ConfigFile, path: readonly string[]): TreeValue | undefined {
  let value: TreeValue = file.tree;
  for (const [index, member] of path.entries()) {
    if (value === null) return undefined;
    if (!isTree(value)) throw usageError(lacksMembers(file, path.slice(0, index), value));
    if (!Object.hasOwn(value, member)) return undefined;
    value = value[member] as TreeValue;
  }
  return value;
}

/** What is wrong with a value where only members can be. */
export function lacksMembers(file: ConfigFile, path: readonly string[], value: unknown): string {
  const place = { file: file.path, line: file.lines.get(placeOf(path)) };
  return `${path.join(".")} in ${placeInFile(place)} must have members, received ${describeRaw(value)}`;
}

/** What stands there, or undefined. */
export function valueAt(tree: Tree, path: readonly string[]): TreeValue | undefined {
  let value: TreeValue = tree;
  for (const member of path) {
    if (!isTree(value) || !Object.hasOwn(value, member)) return undefined;
    value = value[member] as TreeValue;
  }
  return value;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function formerValue<Value extends SettingValue>(
  { formerNames, formerValues }: Setting<Value>,
  raw: unknown,
  origin: Origin,
): Value | undefined {
  const isFormer = origin.kind === "file" && formerNames.some((name) => isLastOf(origin.member, name));
  return isFormer && typeof raw === "string" && Object.hasOwn(formerValues, raw)
    ? formerValues[raw]
    : undefined;
}

/** `cache.backend_type` is what `cache.profiles.work.backend_type` ends with, too. */
function isLastOf(member: string, name: string): boolean {
  return member.split(".").at(-1) === name.split(".").at(-1);
}

function asItIs(path: string): string {
  return path;
}

function describeRaw(raw: unknown): string {
  if (Array.isArray(raw)) return "a list";
  if (isTree(raw)) return "a mapping";
  const shown = JSON.stringify(raw) ?? String(raw);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}
