import { fingerprint } from "./fingerprint.ts";
import type { IniSection } from "./ini-file.ts";
import type { SharedFiles } from "./shared-files.ts";
import type { Variables } from "./variables.ts";

/** Settings of a profile that lead to another section, whose settings then belong to who it is, too. */
const references = { source_profile: "profile", sso_session: "sso-session" } as const;

/** They say nothing about who it is, and a name is no place for them, not even as part of a hash. */
const secrets = new Set(["aws_secret_access_key", "aws_session_token"]);

/** Where the environment itself holds or names credentials, for programs that have no profile. */
const ambient = [
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/**
 * Names whose permissions the answers are given to, from what the SDK will look at to find credentials, without looking
 * for them. A profile that is changed to lead elsewhere is another caller, and so is another access key.
 * @param profile the profile that was asked for; undefined: what the environment has, or else the default profile
 */
export function callerName(profile: string | undefined, variables: Variables, files: SharedFiles): string {
  const key = variables["AWS_ACCESS_KEY_ID"];
  if (profile === undefined && key) return `key-${fingerprint(key)}`;
  const name = profile ?? "default";
  const identity = [files.configPath, files.credentialsPath, ...settingsOf(name, files)];
  if (profile === undefined) identity.push(...ambient.map((variable) => variables[variable] ?? ""));
  return `${name}-${fingerprint(JSON.stringify(identity))}`;
}

function settingsOf(profile: string, files: SharedFiles): readonly string[] {
  const settings: string[] = [];
  const seen = new Set<string>();
  const visit = (kind: string, name: string): void => {
    if (seen.has(`${kind} ${name}`)) return;
    seen.add(`${kind} ${name}`);
    const section: IniSection =
      (kind === "profile" ? files.profile(name) : files.section(`${kind} ${name}`)) ?? new Map();
    for (const [setting, value] of section)
      if (!secrets.has(setting)) settings.push(`${kind} ${name} ${setting}=${value}`);
    for (const [setting, kindOfOther] of Object.entries(references)) {
      const other = section.get(setting);
      if (other !== undefined) visit(kindOfOther, other);
    }
  };
  visit("profile", profile);
  return settings;
}
