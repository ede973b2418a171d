import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { usageError } from "../errors/cli-error.ts";
import type { ConfigPlace } from "./config-place.ts";
import { parsePlainYaml, type ParsedConfig } from "./plain-yaml.ts";

/** A file that was read and understood. */
export interface ConfigFile extends ParsedConfig {
  readonly path: string;
  readonly stats: Pick<Stats, "mode" | "uid">;
}

/** What systems call the file that is always empty. */
const nothing = /^(?:\/dev\/null|\\\\\.\\nul)$/i;

/** Bytes. What a person writes is a thousandth of it. */
const largest = 1024 * 1024;

export interface ConfigText {
  readonly text: string;
  readonly stats: Stats;
}

/**
 * Reads the configuration.
 * @returns undefined where there is none
 * @throws CliError for what cannot be read, and for what cannot be understood: with line and column
 */
export async function readConfigFile(place: ConfigPlace): Promise<ConfigFile | undefined> {
  const read = readConfigText(place);
  if (read === undefined) return undefined;
  return { ...(await parseConfig(read.text, place.path)), path: place.path, stats: read.stats };
}

/**
 * @returns the text, with its byte order mark if it has one; undefined where there is no file
 * @throws CliError for what is no file, cannot be read, or is too large to be one that somebody has written
 */
export function readConfigText({ path, kind, exists }: ConfigPlace): ConfigText | undefined {
  // What is named has to be there; that nothing is to be read can be said by naming nothing.
  if (nothing.test(path) || (!exists && kind !== "named")) return undefined;
  let descriptor: number;
  try {
    // Without waiting: a pipe that nobody writes to would be waited for without end.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw unreadable(path, kind, error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile())
      throw usageError(`${path} is ${stats.isDirectory() ? "a directory" : "no file"}`, adviceOn(kind));
    if (stats.size > largest) {
      throw usageError(
        `${path} has ${stats.size} bytes, and a configuration has ${largest} at most`,
        adviceOn(kind),
      );
    }
    return { text: decode(readFileSync(descriptor), path), stats };
  } catch (error) {
    throw isSystemError(error) ? unreadable(path, kind, error) : error;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * @param path says whether it is JSON, and stands in messages
 * @throws CliError with line and column
 */
export async function parseConfig(text: string, path: string): Promise<ParsedConfig> {
  const body = withoutMark(text);
  if (isJson(path)) {
    const { parseJson } = await import("./parse-json.ts");
    return parseJson(body, path);
  }
  const plain = parsePlainYaml(body);
  if (plain !== undefined) return plain;
  const { parseYaml } = await import("./yaml-document.ts");
  return parseYaml(body, path);
}

export function isJson(path: string): boolean {
  return path.toLowerCase().endsWith(".json");
}

export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function decode(bytes: Buffer, path: string): string {
  if (!isUtf8(bytes)) throw usageError(`${path} is not in UTF-8`, "save it in UTF-8");
  return bytes.toString("utf8");
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error && "syscall" in error;
}

function unreadable(path: string, kind: ConfigPlace["kind"], error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
  return usageError(`${path} ${why}`, adviceOn(kind), error);
}

function adviceOn(kind: ConfigPlace["kind"]): string | undefined {
  return kind === "named" ? "it is named by AWSIDEMAN_CONFIG" : undefined;
}
