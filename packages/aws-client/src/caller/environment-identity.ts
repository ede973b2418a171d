import { readFileSync } from "node:fs";
import { sha256 } from "../sha256.ts";
import type { IniSection } from "./ini-file.ts";
import { homeOf, type SharedFiles, type Variables } from "./shared-files.ts";

/** Settings of a profile that lead to another section, whose settings then belong to who it is, too. */
const references = { source_profile: "profile", sso_session: "sso-session" } as const;

/** They say nothing about who it is, and a name is no place for them, not even as part of a hash. */
const secrets: ReadonlySet<string> = new Set(["aws_secret_access_key", "aws_session_token"]);

/** Where the environment itself holds credentials, or says where they are. */
const ambient = [
  "AWS_ACCESS_KEY_ID",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_EC2_METADATA_DISABLED",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT",
  "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
  "AWS_LOGIN_CACHE_DIRECTORY",
] as const;

/** Where it says in which files and under which name to look. */
const places = [
  "AWS_PROFILE",
  "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE",
  "HOME",
  "USERPROFILE",
] as const;

/** Tells whether the environment is as it was, as far as it matters here: another one has another text. */
export function variablesThatCount(variables: Variables): string {
  const parts = [hasKeys(variables) ? "keys" : "", variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] ?? ""];
  for (const variable of ambient) parts.push(variables[variable] ?? "");
  for (const variable of places) parts.push(variables[variable] ?? "");
  return parts.join("\0");
}

/**
 * Lists all that decides who the SDK's default chain of credentials turns out to be, without following the chain: that
 * would need the network. Two lists that differ may be the same principal; the same list never is two, as long as
 * nothing behind it changes unseen (see docs/who-may-see-what.md).
 */
export function identityOf(
  profile: string | undefined,
  variables: Variables,
  files: SharedFiles,
): readonly string[] {
  const named = profile ?? (variables["AWS_PROFILE"] || undefined);
  const identity = [named ?? "", files.configPath, files.credentialsPath];
  for (const variable of ambient) identity.push(`${variable}=${variables[variable] ?? ""}`);
  identity.push(hasKeys(variables) ? "keys" : "no keys");
  // It decides who it is where one address answers for many.
  const token = variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  identity.push(token ? sha256(token) : "");
  identity.push(...settingsOf(named ?? "default", files));
  if (!saysWho(named, variables, files)) identity.push(...machine(variables));
  return identity;
}

function settingsOf(profile: string, files: SharedFiles): readonly string[] {
  const settings: string[] = [];
  const seen = new Set<string>();
  const visit = (kind: "profile" | "sso-session", name: string): void => {
    const where = `${kind} ${name}`;
    if (seen.has(where)) return;
    seen.add(where);
    const section = (kind === "profile" ? files.profile(name) : files.section(kind, name)) ?? new Map();
    for (const [setting, value] of section)
      if (!secrets.has(setting)) settings.push(JSON.stringify([where, setting, value]));
    for (const [setting, kindOfOther] of Object.entries(references)) {
      const other = section.get(setting);
      if (other !== undefined) visit(kindOfOther, other);
    }
  };
  visit("profile", profile);
  return settings;
}

/**
 * Whether the settings alone say who it is: on any machine, they mean the same principal. Where they only say whom to ask, a
 * program, a person who has signed in, the machine's own role, they may mean others elsewhere.
 */
function saysWho(profile: string | undefined, variables: Variables, files: SharedFiles): boolean {
  if (profile === undefined && hasKeys(variables)) return true;
  const section = lastOf(profile ?? "default", files);
  if (section?.has("aws_access_key_id") && section.has("aws_secret_access_key")) return true;
  const names = [...(section?.keys() ?? [])];
  if (names.some((name) => name === "credential_process" || name.startsWith("sso_"))) return false;
  const source = section?.get("credential_source");
  if (source !== undefined) return source === "Environment" && hasKeys(variables);
  if (section?.has("web_identity_token_file") && section.has("role_arn")) return true;
  if (section?.has("login_session")) return true;
  return Boolean(variables["AWS_ROLE_ARN"] && variables["AWS_WEB_IDENTITY_TOKEN_FILE"]);
}

/** The profile at which a chain of roles begins. */
function lastOf(profile: string, files: SharedFiles): IniSection | undefined {
  const seen = new Set<string>();
  for (let name = profile; ;) {
    const section = files.profile(name);
    const source = section?.get("source_profile");
    seen.add(name);
    if (source === undefined || !section?.has("role_arn") || section.has("credential_source")) return section;
    if (seen.has(source)) return undefined;
    name = source;
  }
}

function hasKeys(variables: Variables): boolean {
  return Boolean(variables["AWS_ACCESS_KEY_ID"] && variables["AWS_SECRET_ACCESS_KEY"]);
}

/** What tells machines and their users apart, also containers, whose files are all the same. */
function machine(variables: Variables): readonly string[] {
  const { hostname } = process.getBuiltinModule("node:os");
  return [hostname(), machineId(), String(process.getuid?.() ?? ""), homeOf(variables)];
}

function machineId(): string {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim();
  } catch {
    return "";
  }
}
