/** What the memory backend is configured with, resolved. */
export interface MemoryStorageOptions {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly copy: boolean;
}

/** What the user writes. */
export interface MemoryStorageConfig {
  /** Megabytes, of 1,048,576 bytes. Default 100. */
  readonly maxSizeMb?: number;
  /** Default 100,000. */
  readonly maxEntries?: number;
  /**
   * True, the default: everybody gets a copy of his own. False: everybody gets the same value, frozen; the contents of
   * Date, Map, Set and binary data cannot be frozen and must be left alone.
   */
  readonly copy?: boolean;
}

const defaults: Required<MemoryStorageConfig> = { maxSizeMb: 100, maxEntries: 100_000, copy: true };

/** @throws TypeError for an unknown option or one of the wrong type, RangeError for a limit that is none */
export function resolveOptions(config: Readonly<Record<string, unknown>>): MemoryStorageOptions {
  for (const name of Object.keys(config)) {
    if (!Object.hasOwn(defaults, name)) {
      throw new TypeError(
        `The memory backend has no option \`${name}\`: it takes ${Object.keys(defaults).join(", ")}`,
      );
    }
  }
  const { maxSizeMb, maxEntries, copy } = { ...defaults, ...withoutUndefined(config) };
  if (typeof maxSizeMb !== "number" || !(maxSizeMb > 0) || maxSizeMb === Infinity) {
    throw new RangeError(
      `\`maxSizeMb\` must be a positive number of megabytes, received ${String(maxSizeMb)}`,
    );
  }
  if (!Number.isSafeInteger(maxEntries) || (maxEntries as number) < 1) {
    throw new RangeError(`\`maxEntries\` must be a positive integer, received ${String(maxEntries)}`);
  }
  if (typeof copy !== "boolean")
    throw new TypeError(`\`copy\` must be true or false, received ${String(copy)}`);
  return {
    maxBytes: Math.max(1, Math.floor(maxSizeMb * 1024 * 1024)),
    maxEntries: maxEntries as number,
    copy,
  };
}

function withoutUndefined(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}
