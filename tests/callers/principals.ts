import type { IdentitystoreClientConfig } from "@aws-sdk/client-identitystore";

/** Somebody whom AWS may answer otherwise than all the others. */
export interface Principal {
  readonly name: string;
  /** Of the client. */
  readonly profile?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** What the client is given. */
  readonly config?: IdentitystoreClientConfig;
}

const key = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: "secret" });
const keyVariables = (accessKeyId: string) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: "secret",
});
const profile = (name: string, about: string): Principal => ({ name: about, profile: name });

/** A role that is assumed with other session policies each time: its credentials are made elsewhere. */
const session = (accessKeyId: string) => async () => ({
  ...key(accessKeyId),
  sessionToken: "token",
  expiration: new Date(Date.now() + 3_600_000),
});

/** Who there is. Any two of them may be allowed different things. */
export function principalsAt(url: string, folder: string): readonly Principal[] {
  return [
    { name: "a key in the environment", variables: keyVariables("AKIAENV1") },
    { name: "another key in the environment", variables: keyVariables("AKIAENV2") },
    { name: "a key of the client", config: { credentials: key("AKIAGIVEN1") } },
    { name: "another key of the client", config: { credentials: key("AKIAGIVEN2") } },
    { name: "a role with a session policy", config: { credentials: session("ASIASESSION1") } },
    { name: "the same role with another policy", config: { credentials: session("ASIASESSION2") } },
    { name: "the key in another region", config: { credentials: key("AKIAGIVEN1"), region: "eu-west-3" } },
    profile("key-1", "a profile with a key"),
    profile("key-2", "a profile with another key"),
    { name: "AWS_PROFILE", variables: { AWS_PROFILE: "key-3" } },
    {
      name: "AWS_PROFILE, before a key in the environment",
      variables: { AWS_PROFILE: "key-4", ...keyVariables("AKIAENV1") },
    },
    profile("role", "a role"),
    profile("role-of-other", "the same role, assumed by another"),
    profile("other-role", "another role of the account"),
    profile("external-id", "the role with an external id"),
    profile("other-external-id", "the role with another external id"),
    profile("session-name", "the role with a name of the session"),
    profile("other-session-name", "the role with another name of the session"),
    profile("chain", "a role that is assumed by a role"),
    profile("chain-of-other", "the same, that is assumed by another role"),
    {
      name: "a role by a key in the environment",
      profile: "by-environment",
      variables: keyVariables("AKIAENV3"),
    },
    { name: "the role by another key", profile: "by-environment", variables: keyVariables("AKIAENV4") },
    profile("sso", "a role by signing in"),
    profile("sso-other-role", "another role by signing in"),
    profile("sso-other-account", "the role in another account"),
    profile("sso-other-session", "the role by signing in elsewhere"),
    profile("process", "what a program says"),
    profile("other-process", "what another program says"),
    profile("web", "a role by a token"),
    profile("web-other-role", "another role by a token"),
    profile("web-other-token", "the role by another token"),
    profile("web-other-session", "the role by a token, with a name of the session"),
    {
      name: "a role by a token of the environment",
      variables: { AWS_ROLE_ARN: "arn:aws:iam::1:role/w", AWS_WEB_IDENTITY_TOKEN_FILE: `${folder}/token-3` },
    },
    {
      name: "another role by a token of the environment",
      variables: { AWS_ROLE_ARN: "arn:aws:iam::1:role/v", AWS_WEB_IDENTITY_TOKEN_FILE: `${folder}/token-3` },
    },
    { name: "a container", variables: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/1` } },
    { name: "another container", variables: { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/2` } },
  ];
}

/** The shared files that belong to them. */
export function sharedFiles(folder: string): { readonly config: string; readonly credentials: string } {
  const sections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    role: { role_arn: "arn:aws:iam::1:role/a", source_profile: "key-1" },
    "role-of-other": { role_arn: "arn:aws:iam::1:role/a", source_profile: "key-2" },
    "other-role": { role_arn: "arn:aws:iam::1:role/b", source_profile: "key-1" },
    "external-id": { role_arn: "arn:aws:iam::1:role/a", source_profile: "key-1", external_id: "1" },
    "other-external-id": { role_arn: "arn:aws:iam::1:role/a", source_profile: "key-1", external_id: "2" },
    "session-name": { role_arn: "arn:aws:iam::1:role/a", source_profile: "key-1", role_session_name: "s1" },
    "other-session-name": {
      role_arn: "arn:aws:iam::1:role/a",
      source_profile: "key-1",
      role_session_name: "s2",
    },
    chain: { role_arn: "arn:aws:iam::2:role/c", source_profile: "role" },
    "chain-of-other": { role_arn: "arn:aws:iam::2:role/c", source_profile: "other-role" },
    "by-environment": { role_arn: "arn:aws:iam::1:role/a", credential_source: "Environment" },
    sso: { sso_session: "corp", sso_account_id: "1", sso_role_name: "admin" },
    "sso-other-role": { sso_session: "corp", sso_account_id: "1", sso_role_name: "reader" },
    "sso-other-account": { sso_session: "corp", sso_account_id: "2", sso_role_name: "admin" },
    "sso-other-session": { sso_session: "agency", sso_account_id: "1", sso_role_name: "admin" },
    process: { credential_process: `cat ${folder}/process-1` },
    "other-process": { credential_process: `cat ${folder}/process-2` },
    web: { role_arn: "arn:aws:iam::1:role/w", web_identity_token_file: `${folder}/token-1` },
    "web-other-role": { role_arn: "arn:aws:iam::1:role/v", web_identity_token_file: `${folder}/token-1` },
    "web-other-token": { role_arn: "arn:aws:iam::1:role/w", web_identity_token_file: `${folder}/token-2` },
    "web-other-session": {
      role_arn: "arn:aws:iam::1:role/w",
      web_identity_token_file: `${folder}/token-1`,
      role_session_name: "s1",
    },
  };
  const config = Object.entries(sections).map(([name, settings]) => section(`profile ${name}`, settings));
  config.push(
    section("sso-session corp", { sso_start_url: "https://corp.awsapps.com/start", sso_region: "us-east-1" }),
    section("sso-session agency", {
      sso_start_url: "https://agency.awsapps.com/start",
      sso_region: "us-east-1",
    }),
  );
  const credentials = ["key-1", "key-2", "key-3", "key-4"].map((name) =>
    section(name, { aws_access_key_id: `AKIA${name.toUpperCase()}`, aws_secret_access_key: "secret" }),
  );
  return { config: config.join("\n"), credentials: credentials.join("\n") };

  function section(header: string, settings: Readonly<Record<string, string>>): string {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    return [`[${header}]`, ...lines, ""].join("\n");
  }
}
