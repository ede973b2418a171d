import path from "node:path";
import { defaultCacheDirectory } from "./cache-directory.ts";

/** What can be said about the disk storage. */
export interface DiskStorageConfig {
  /** The folder of the cache; made when it is not there. Default: see `defaultCacheDirectory`. */
  readonly cacheDir?: string | undefined;
  /** How large the cache may become, in megabytes (1,048,576 bytes), at least 1. Default 100. */
  readonly maxSizeMb?: number | undefined;
}

export interface ResolvedConfig {
  readonly cacheDirectory: string;
  readonly maximumBytes: number;
}

const names: readonly string[] = ["cacheDir", "maxSizeMb"] satisfies readonly (keyof DiskStorageConfig)[];
const defaultSizeMb = 100;
const megabyte = 1024 * 1024;
/** 16 TB: what a database of pages of 4 kB can hold. */
const largestSizeMb = 16_000_000;

/**
 * Checks what the user wrote, and fills in the defaults.
 * @throws TypeError or RangeError for what is wrong with it
 */
export function resolveConfig(config: Readonly<Record<string, unknown>>): ResolvedConfig {
  for (const name of Object.keys(config)) {
    if (!names.includes(name)) {
      throw new TypeError(
        `Options of the disk storage must be ${names.map(quote).join(" or ")}, received ${quote(name)}`,
      );
    }
  }
  const { cacheDir = defaultCacheDirectory(), maxSizeMb = defaultSizeMb } = config;
  if (typeof cacheDir !== "string" || cacheDir === "" || cacheDir.includes("\0")) {
    throw new TypeError(`\`cacheDir\` must be the path of a folder, received ${describe(cacheDir)}`);
  }
  if (typeof maxSizeMb !== "number") {
    throw new TypeError(`\`maxSizeMb\` must be a number of megabytes, received ${describe(maxSizeMb)}`);
  }
  if (!(maxSizeMb >= 1 && maxSizeMb <= largestSizeMb)) {
    throw new RangeError(`\`maxSizeMb\` must be from 1 to ${largestSizeMb} megabytes, received ${maxSizeMb}`);
  }
  return { cacheDirectory: path.resolve(cacheDir), maximumBytes: Math.floor(maxSizeMb * megabyte) };
}

function quote(name: string): string {
  return `\`${name}\``;
}

function describe(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : value === null ? "null" : typeof value;
}
