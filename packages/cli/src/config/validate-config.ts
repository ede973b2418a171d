import { commandsThatRead } from "@awsideman/aws-client";
import { CliError } from "../errors/cli-error.ts";
import { settled } from "./describe-settings.ts";
import { chooseAwsProfile } from "../settings/choose-profile.ts";
import { SharedFiles } from "../settings/shared-files.ts";
import { unusedMembers, unusedVariables } from "./unused-members.ts";
import { Configuration } from "./configuration.ts";
import { findCommand, mentionedOperations, operationTtl } from "./operation-ttls.ts";
import { placeOf } from "./plain-yaml.ts";
import { error, warning, type Problem } from "./problem.ts";
import { protectionProblem } from "./protection.ts";
import { holdsSecret } from "./redact.ts";
import { pathsOf, pathsOfProfile, readSaying, sayingsOf, valueAt, type Saying } from "./resolve-setting.ts";
import type { Setting } from "./setting.ts";
import { name as profileName } from "./setting-kinds.ts";
import { settings, settingTable } from "./setting-table.ts";
import { nameOfOrigin } from "./sources.ts";

/**
 * Looks at everything that the file and the environment say, of all profiles, whether it counts at the moment or not. A mistake
 * is told once, wherever it would come to light.
 */
export function validateConfiguration(configuration: Configuration): readonly Problem[] {
  const problems = [
    ...wrongValues(configuration),
    ...wrongProfiles(configuration),
    ...incomplete(configuration),
    ...unusedMembers(configuration),
    ...unusedVariables(configuration),
    ...configuration.place.ignored.map((file) =>
      warning(`${file} is not read, because there is ${configuration.place.path}`),
    ),
  ];
  const byMessage = new Map<string, Problem>();
  for (const problem of problems) {
    // What is wrong with the profile in use is an error, and a warning of the same profile knows the line.
    const line = problem.line ?? byMessage.get(problem.message)?.line;
    byMessage.set(problem.message, { ...problem, line });
  }
  return [...byMessage.values()].toSorted(
    (one, other) => (one.line ?? Infinity) - (other.line ?? Infinity) || 0,
  );
}

/** Every value of every setting, whoever has said it. */
function wrongValues(configuration: Configuration): readonly Problem[] {
  const { sources } = configuration;
  const known = commandsThatRead();
  return [undefined, ...configuration.profiles().keys()].flatMap((profile) => {
    const operations = mentionedOperations(sources, profile).flatMap(
      (name) => findCommand(name, known) ?? [],
    );
    const all = [...settingTable, ...operations.map((command) => operationTtl(command))];
    return all.flatMap((setting) => {
      // What has no members where it should is told of that, and not of each of them.
      const sayings = settled(() => sayingsOf(setting, sources, profile)) ?? [];
      return [
        ...sayings.flatMap((saying) => wrongValue(setting, saying, configuration)),
        ...saidTwice(setting, configuration, profile),
      ];
    });
  });
}

function wrongValue(setting: Setting, saying: Saying, { sources }: Configuration): readonly Problem[] {
  const line = saying.origin.kind === "file" ? saying.origin.line : undefined;
  return problemsOf(() => {
    const value = readSaying(setting, saying, { ...sources, file: undefined });
    const { origin, raw } = saying;
    if (origin.kind === "file" && typeof raw === "string" && Object.hasOwn(setting.formerValues, raw))
      return [
        warning(`${nameOfOrigin(origin)} is ${raw}, which there is not here: it is taken as ${value}`, line),
      ];
    if (saying.origin.kind !== "file" || sources.file === undefined || !holdsSecret(setting, value))
      return [];
    const loose = protectionProblem(sources.file);
    if (loose === undefined) return [];
    return [
      error(`${sources.file.path} holds a secret, ${setting.name}, and ${loose.text}; ${loose.advice}`, line),
    ];
  }, line);
}

/** In the file, under its own name and under its former one. */
function saidTwice(
  setting: Setting,
  { file }: Configuration,
  profile: string | undefined,
): readonly Problem[] {
  if (file === undefined) return [];
  const paths = profile === undefined ? pathsOf(setting) : pathsOfProfile(setting, profile);
  const [first, ...others] = paths.filter((path) => (valueAt(file.tree, path) ?? null) !== null);
  return others.map((path) =>
    warning(
      `${path.join(".")} does not count, because there is ${first?.join(".")}`,
      file.lines.get(placeOf(path)),
    ),
  );
}

/** Profiles that lead nowhere, and names that have to be quoted. */
function wrongProfiles(configuration: Configuration): readonly Problem[] {
  const { sources, place } = configuration;
  const files = new SharedFiles(sources.variables);
  const inUse = problemsOf(() => void chooseAwsProfile(configuration, files));
  const others = [...configuration.profiles().keys()].flatMap((name) => {
    const line = sources.file?.lines.get(`profiles\0${name}`);
    const odd =
      profileName.read(name, String) === undefined
        ? [warning(`the name of the profile ${JSON.stringify(name)} is not ${profileName.meaning}`, line)]
        : [];
    const asked = new Configuration(place, { ...sources, options: { ...sources.options, profile: name } });
    const lost = problemsOf(() => void chooseAwsProfile(asked, files), line);
    // Only a profile that is used has to be usable here.
    return [...odd, ...lost.map(({ message }) => warning(message, line))];
  });
  return [...others, ...wrongDefault(configuration, files), ...inUse];
}

/** A default profile that is nowhere, also where the environment has other credentials: other shells have not. */
function wrongDefault(configuration: Configuration, files: SharedFiles): readonly Problem[] {
  const { place, sources } = configuration;
  const alone = new Configuration(place, { ...sources, options: {}, variables: {} });
  const name = settled(() => alone.profile().value);
  // Those of the file have been looked at.
  if (name === undefined || configuration.profiles().has(name)) return [];
  const line = sources.file?.lines.get(settings.profile.name);
  return problemsOf(() => void chooseAwsProfile(alone, files), line).map(({ message }) =>
    warning(message, line),
  );
}

function incomplete(configuration: Configuration): readonly Problem[] {
  return problemsOf(() => {
    const found: Problem[] = [];
    const says = (setting: Setting): boolean => configuration.get(setting).value !== undefined;
    if (configuration.get(settings.cacheBackend).value === "redis" && !says(settings.redisUrl))
      found.push(error("cache.backend is redis, and cache.redis_url does not say where that is"));
    const keys = [settings.encryptionKey, settings.encryptionKeyFile, settings.encryptionKeychain].filter(
      says,
    );
    if (keys.length > 1)
      found.push(error(`only one of ${keys.map(({ name }) => name).join(" and ")} may be set`));
    if (configuration.get(settings.encryption).value === true && keys.length === 0)
      found.push(
        warning(
          "cache.encryption is true, and there is no key: nothing is kept; see cache.encryption_key_file",
        ),
      );
    return found;
  });
}

function problemsOf(look: () => readonly Problem[] | void, line?: number): readonly Problem[] {
  try {
    return look() ?? [];
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    return [
      error(thrown.advice === undefined ? thrown.message : `${thrown.message}; ${thrown.advice}`, line),
    ];
  }
}
