import type { Configuration } from "../config/configuration.ts";
import { resolveSetting } from "../config/resolve-setting.ts";
import { settings } from "../config/setting-table.ts";
import { nameOfOrigin, type Origin } from "../config/sources.ts";
import { usageError } from "../errors/cli-error.ts";
import type { SharedFiles } from "./shared-files.ts";

/** Where the environment itself has credentials, or says where they are. */
const ambient = [
  "AWS_ACCESS_KEY_ID",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Finds the AWS profile whose credentials are used: the one that the profile in use names, or that has its name.
 * @returns undefined where no profile was asked for, and the SDK finds credentials as it always does
 * @throws CliError where it would be another's credentials than those that were asked for
 */
export function chooseAwsProfile(configuration: Configuration, files: SharedFiles): string | undefined {
  const { variables } = configuration.sources;
  const { value: name, origin } = configuration.profile();
  if (name === undefined) return undefined;
  // Of a shell that was given keys, the file's profile says everything but whose they are: the environment is nearer.
  if (origin.kind === "file" && variables["AWS_ACCESS_KEY_ID"]) return undefined;

  const isOwn = configuration.profiles().has(name);
  const named = isOwn ? resolveSetting(settings.awsProfile, configuration.sources, name) : undefined;
  if (named?.value !== undefined) {
    if (files.profile(named.value) !== undefined) return named.value;
    throw unknownProfile("AWS profile", named.value, named.origin, [], files);
  }
  if (files.profile(name) !== undefined) return name;
  if (!isOwn) {
    const { file } = configuration;
    const own = [...configuration.profiles().keys()];
    throw unknownProfile("profile", name, origin, own, files, file?.path);
  }
  // Where AWS_PROFILE is set, the SDK would look there.
  if (!variables["AWS_PROFILE"] && ambient.some((variable) => variables[variable])) return undefined;
  throw usageError(
    `the profile "${name}" does not say whose credentials it uses, and there is no AWS profile of that name`,
    `run "awsideman profile update ${name} --aws-profile NAME"`,
  );
}

function unknownProfile(
  what: "profile" | "AWS profile",
  name: string,
  origin: Origin,
  own: readonly string[],
  files: SharedFiles,
  configuration?: string,
): Error {
  const known = [...new Set([...own, ...files.profileNames()])].toSorted();
  const choice = known.length === 0 ? "" : `, or choose one of ${known.join(", ")}`;
  const places = [
    ...(configuration === undefined ? [] : [configuration]),
    files.configPath,
    files.credentialsPath,
  ];
  const where = `${places.slice(0, -1).join(", ")} or ${places.at(-1)}`;
  const whence = origin.kind === "file" ? `, which is ${nameOfOrigin(origin).replace(/,$/, "")}` : "";
  return usageError(
    `there is no ${what} "${name}" in ${where}${whence}`,
    `make it with "aws configure --profile ${name}"${choice}`,
  );
}
