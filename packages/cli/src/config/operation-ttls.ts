import { resolveSetting, isTree, pathsOfProfile, valueAt } from "./resolve-setting.ts";
import { defineSetting, variablesOfProfile, type Setting } from "./setting.ts";
import { seconds } from "./setting-kinds.ts";
import type { Sources } from "./sources.ts";

const member = "cache.operation_ttls";
const prefix = "AWSIDEMAN_CACHE_TTL_";
/** Says the default, and not the time of an operation of this name. */
const notAnOperation = "DEFAULT";

/** `ListUsers` as it is written in the file: `list_users`. */
export function operationName(command: string): string {
  return command.replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
}

/** The setting of one operation's time. In the file, AWS's own name is understood, too. */
export function operationTtl(command: string): Setting<number> {
  const name = operationName(command);
  return defineSetting({
    name: `${member}.${name}`,
    summary: `For how many seconds answers of ${command} are kept`,
    kind: seconds,
    otherwise: "cache.default_ttl",
    variables: [{ name: prefix + name.toUpperCase() }],
    formerNames: [`${member}.${command}`],
  });
}

/**
 * Names of operations that somebody has said a time for, as they have written them: in the file, or in the environment.
 * Whether there are such operations is not judged.
 */
export function mentionedOperations(sources: Sources, profile: string | undefined): readonly string[] {
  const { variables, file } = sources;
  const names = new Set<string>();
  const [ofProfile] =
    profile === undefined ? [] : variablesOfProfile({ variables: [{ name: prefix }] }, profile);
  for (const start of [prefix, ...(ofProfile === undefined ? [] : [ofProfile.name])]) {
    for (const variable of Object.keys(variables)) {
      if (!variable.startsWith(start) || !variables[variable]) continue;
      const name = variable.slice(start.length);
      if (name !== notAnOperation) names.add(name.toLowerCase());
    }
  }
  if (file === undefined) return [...names];
  const whole = defineSetting({ name: member, summary: "", kind: seconds });
  const paths = [member.split("."), ...(profile === undefined ? [] : pathsOfProfile(whole, profile))];
  for (const path of paths) {
    const map = valueAt(file.tree, path);
    if (isTree(map)) for (const name of Object.keys(map)) names.add(name);
  }
  return [...names];
}

/**
 * Finds a command by the name that somebody has given it: `list_users`, `ListUsers`.
 * @returns undefined where no command has it
 */
export function findCommand(name: string, commands: readonly string[]): string | undefined {
  // Of hundreds, one is looked at closely.
  const letters = name.replaceAll("_", "").toLowerCase();
  const found = commands.find(
    (command) => command.length === letters.length && command.toLowerCase() === letters,
  );
  return found !== undefined && (name === found || name === operationName(found)) ? found : undefined;
}

/**
 * Milliseconds by command, for those that somebody has said something of. Each is found for itself: one that is said nearer
 * leaves the others as they are.
 * @param commands all that read; called only if one is mentioned. Names of others are left to who validates
 * @throws CliError for what is no time
 */
export function resolveOperationTtls(
  sources: Sources,
  profile: string | undefined,
  commands: () => readonly string[],
): ReadonlyMap<string, number> {
  const mentioned = mentionedOperations(sources, profile);
  const ttls = new Map<string, number>();
  if (mentioned.length === 0) return ttls;
  const known = commands();
  for (const name of mentioned) {
    const command = findCommand(name, known);
    if (command === undefined) continue;
    const { value } = resolveSetting(operationTtl(command), sources, profile);
    if (value !== undefined) ttls.set(command, value * 1000);
  }
  return ttls;
}
