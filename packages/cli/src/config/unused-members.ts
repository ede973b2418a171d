import { commandsThatRead } from "@awsideman/aws-client";
import { closest } from "../command-line/closest.ts";
import type { Configuration } from "./configuration.ts";
import { findCommand, operationName } from "./operation-ttls.ts";
import { placeOf, type Tree } from "./plain-yaml.ts";
import { isTree, lacksMembers } from "./resolve-setting.ts";
import { variablesOfProfile, type Setting } from "./setting.ts";
import { settingTable } from "./setting-table.ts";
import { error, warning, type Problem } from "./problem.ts";

/** What the program's first version knew and this one has no use for, by its name, or the beginning of it. */
const withoutMeaning: Readonly<Record<string, string>> = {
  "cache.dynamodb_": "the cache is on disk or in Redis",
  "cache.hybrid_local_ttl": "the cache is on disk or in Redis",
  "cache.encryption_type": "cache.encryption_key_file says where the key is, and there is one way to encrypt",
  rollback: "there is no such command here",
  backup: "there is no such command here",
  templates: "there is no such command here",
};

/** Variables that are settings of something else than a configuration. */
export const otherVariables: readonly string[] = ["AWSIDEMAN_CONFIG", "AWSIDEMAN_USE_UNIFIED_CACHE"];

const operationTtls = "cache.operation_ttls";

/** Members of the file that nothing reads. They do no harm, but somebody has meant something by them. */
export function unusedMembers({ file }: Pick<Configuration, "file">): readonly Problem[] {
  if (file === undefined) return [];
  const known = new Set(settingTable.flatMap(({ name, formerNames }) => [name, ...formerNames]));
  const commands = commandsThatRead();
  const problems: Problem[] = [];
  const visit = (tree: Tree, above: readonly string[]): void => {
    for (const [member, value] of Object.entries(tree)) {
      const path = [...above, member];
      const name = nameAt(path);
      const line = file.lines.get(placeOf(path));
      const place = `${path.join(".")} in ${file.path}`;
      const reason = Object.entries(withoutMeaning).find(([start]) => name.startsWith(start))?.[1];
      if (reason !== undefined) problems.push(warning(`${place} has no meaning here: ${reason}`, line));
      else if (known.has(name)) {
        const isOfProfile = path.join(".") !== name;
        if (isOfProfile && isOnly("whole", name))
          problems.push(warning(`${place} counts outside of profiles only`, line));
        if (!isOfProfile && isOnly("profile", name))
          problems.push(warning(`${place} counts in a profile only`, line));
      } else if (name === "" || isAbove(name, known)) {
        if (isTree(value)) visit(value, path);
        else if (value !== null) problems.push(error(lacksMembers(file, path, value), line));
      } else if (name.startsWith(`${operationTtls}.`)) {
        const operation = name.slice(operationTtls.length + 1);
        if (findCommand(operation, commands) !== undefined) continue;
        const names = commands.map((command) => operationName(command));
        problems.push(warning(`${place} is no operation that reads${suggestion(operation, names)}`, line));
      } else problems.push(warning(`${place} means nothing${suggestion(name, [...known])}`, line));
    }
  };
  visit(file.tree, []);
  return problems;
}

/** The setting that a place is of, whoever's: `profiles.work.region` is `region`. Empty for what only holds profiles. */
function nameAt(path: readonly string[]): string {
  const [first, second, third, ...rest] = path;
  if (first === "profiles") return path.slice(2).join(".");
  if (first === "cache" && second === "profiles")
    return third === undefined || rest.length === 0 ? "" : ["cache", ...rest].join(".");
  return path.join(".");
}

function isOnly(scope: Setting["scope"], name: string): boolean {
  return settingTable.some(
    (setting) => [setting.name, ...setting.formerNames].includes(name) && setting.scope === scope,
  );
}

function isAbove(name: string, known: ReadonlySet<string>): boolean {
  return name === operationTtls || [...known].some((one) => one.startsWith(`${name}.`));
}

/** Variables with this program's prefix that nothing reads. */
export function unusedVariables(configuration: Configuration): readonly Problem[] {
  const { variables } = configuration.sources;
  const profiles = [...configuration.profiles().keys()];
  const named = (setting: Pick<Setting, "variables">): readonly string[] =>
    [setting.variables, ...profiles.map((profile) => variablesOfProfile(setting, profile))]
      .flat()
      .map(({ name }) => name);
  const known = new Set([...otherVariables, ...settingTable.flatMap(named)]);
  const starts = named({ variables: [{ name: "AWSIDEMAN_CACHE_TTL_" }] });
  const commands = commandsThatRead();
  return Object.keys(variables).flatMap((variable) => {
    if (!variable.startsWith("AWSIDEMAN_") || !variables[variable] || known.has(variable)) return [];
    const start = starts.find((one) => variable.startsWith(one));
    if (start === undefined) return [warning(`${variable} means nothing${suggestion(variable, [...known])}`)];
    const operation = variable.slice(start.length).toLowerCase();
    return findCommand(operation, commands) !== undefined
      ? []
      : [warning(`${variable} is of no operation that reads`)];
  });
}

function suggestion(given: string, known: readonly string[]): string {
  // Variables are in capitals.
  const lower = closest(
    given,
    known.map((one) => one.toLowerCase()),
  );
  const near = known.find((one) => one.toLowerCase() === lower);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
