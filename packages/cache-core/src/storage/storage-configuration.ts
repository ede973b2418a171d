import type { EncryptionConfiguration } from "../encryption/encryption-configuration.ts";
import { describe } from "../key/cache-key.ts";
import { assertOutboxDirectory } from "./spool/state-directory.ts";
import type { TierConfiguration } from "./storage-factory.ts";

export interface StorageConfiguration extends TierConfiguration {
  /** Encrypts what is kept as bytes, names included; live values in memory stay as they are. Default: not at all. */
  readonly encryption?: EncryptionConfiguration;
  /**
   * An absolute path: where invalidations wait that a storage shared with other processes could not record. The same for
   * all of them. Default: by the platform's convention for the state of programs.
   */
  readonly outboxDirectory?: string;
}

const tierNames: readonly string[] = ["backend", "config"] satisfies readonly (keyof TierConfiguration)[];
const storageNames: readonly string[] = [
  ...tierNames,
  ...(["encryption", "outboxDirectory"] satisfies readonly (keyof StorageConfiguration)[]),
];

/**
 * What a backend or a key is wrong about is found out when it is opened.
 * @throws TypeError for what cannot be meant, unknown names included: a cache must not stay unencrypted for a slip
 */
export function assertStorageConfiguration(value: unknown): asserts value is StorageConfiguration {
  const { outboxDirectory } = assertRecord(value, "The storage", storageNames);
  assertOutboxDirectory(outboxDirectory, "`outboxDirectory`");
}

/** The same for a storage that another one is made of. */
export function assertTierConfiguration(value: unknown, name: string): asserts value is TierConfiguration {
  assertRecord(value, name, tierNames);
}

function assertRecord(
  value: unknown,
  what: string,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isRecord(value) || typeof value["backend"] !== "string")
    throw new TypeError(`${what} must be an object with a \`backend\`, received ${describe(value)}`);
  const { config = {} } = value;
  if (!isRecord(config))
    throw new TypeError(`The \`config\` of a backend must be an object, received ${describe(config)}`);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown === undefined) return value;
  throw new TypeError(`${what} must have ${names.join(", ")} and nothing else, received \`${unknown}\``);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
