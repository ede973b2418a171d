import { describe } from "../key/cache-key.ts";
import { SecretKeys } from "./secret-keys.ts";

/**
 * Where the key of a cache that is encrypted comes from: exactly one of these. Wherever it is, there may be older keys
 * after it, separated by white space or commas: they are read with, and new values are not encrypted with them.
 */
export type EncryptionConfiguration =
  /** The key itself: 32 bytes in base64 or hexadecimal. */
  | { readonly key: string | SecretKeys }
  /** A file with nothing else in it, of this user, mode 0600 or less, no symbolic link. */
  | { readonly keyFile: string }
  /** The operating system's keychain, by way of the package `@napi-rs/keyring`. Default service: `awsideman`. */
  | { readonly keychain: { readonly account: string; readonly service?: string } };

/** The same, checked. */
export type KeySource =
  | { readonly kind: "key"; readonly keys: SecretKeys }
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "keychain"; readonly service: string; readonly account: string };

const names = ["key", "keyFile", "keychain"] as const;

/** @throws TypeError for what is wrong with it; no message contains a key */
export function resolveEncryption(configuration: EncryptionConfiguration): KeySource {
  if (typeof configuration !== "object" || configuration === null)
    throw new TypeError("`encryption` must be an object with a key, a keyFile or a keychain");
  const given = Object.keys(configuration);
  const [name] = given;
  if (given.length !== 1 || !names.includes(name as never)) {
    throw new TypeError(
      `\`encryption\` must have one of ${names.join(", ")}, received ${given.length === 0 ? "none" : given.join(", ")}`,
    );
  }
  if ("key" in configuration) {
    const { key } = configuration;
    return { kind: "key", keys: key instanceof SecretKeys ? key : SecretKeys.parse(key, "`encryption.key`") };
  }
  if ("keyFile" in configuration)
    return { kind: "file", file: textOf(configuration.keyFile, "`encryption.keyFile`") };
  const { service = "awsideman", account } = configuration.keychain ?? {};
  return {
    kind: "keychain",
    service: textOf(service, "`encryption.keychain.service`"),
    account: textOf(account, "`encryption.keychain.account`"),
  };
}

function textOf(value: unknown, what: string): string {
  if (typeof value !== "string" || value === "" || value.includes("\0"))
    throw new TypeError(`${what} must be a text, received ${describe(value)}`);
  return value;
}
