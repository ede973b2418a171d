import { statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { Variables } from "../settings/variables.ts";

/** What the place of the configuration depends on. */
export interface ConfigHost {
  readonly platform: NodeJS.Platform;
  readonly variables: Variables;
  /** Asked only where the environment does not say it. */
  readonly home: () => string;
}

/** Which file is the configuration. */
export interface ConfigPlace {
  readonly path: string;
  /** Named by `AWSIDEMAN_CONFIG`, in its own place, or in the place of the program's first version. */
  readonly kind: "named" | "own" | "former";
  readonly exists: boolean;
  /** Files in other places, which are not read because of this one. */
  readonly ignored: readonly string[];
}

/**
 * Finds the configuration: the file that `AWSIDEMAN_CONFIG` names; or the one in its own place; or, where there is none,
 * `~/.awsideman/config.yaml` or `config.json`. Where there is none of them, it is the one to make.
 */
export function findConfig(host: ConfigHost, exists: (file: string) => boolean = isThere): ConfigPlace {
  const named = host.variables["AWSIDEMAN_CONFIG"];
  if (named) {
    const file = path.resolve(expandHome(named, host));
    return { path: file, kind: "named", exists: exists(file), ignored: [] };
  }
  const own = ownPlace(host);
  const places = [own, ...formerPlaces(host)].filter(exists);
  const [found = own, ...ignored] = places;
  return { path: found, kind: found === own ? "own" : "former", exists: places.length > 0, ignored };
}

/** `~/x` with the home directory in place of the `~`; anything else as it is. */
export function expandHome(text: string, host: Pick<ConfigHost, "variables" | "home">): string {
  return text === "~" || /^~[/\\]/.test(text) ? homeOf(host) + text.slice(1) : text;
}

/**
 * By the platform's convention: `%APPDATA%\awsideman` on Windows, `$XDG_CONFIG_HOME/awsideman` or `~/.config/awsideman`
 * elsewhere, on macOS too, where people expect the files of a command line there.
 */
function ownPlace(host: ConfigHost): string {
  const { platform, variables } = host;
  if (platform === "win32") {
    const base = variables["APPDATA"] || path.win32.join(homeOf(host), "AppData", "Roaming");
    return path.win32.join(base, "awsideman", "config.yaml");
  }
  // A relative path is invalid by the XDG Base Directory Specification, and is to be ignored.
  const configured = variables["XDG_CONFIG_HOME"];
  const base = configured?.startsWith("/") ? configured : path.posix.join(homeOf(host), ".config");
  return path.posix.join(base, "awsideman", "config.yaml");
}

function formerPlaces(host: ConfigHost): readonly string[] {
  const folder = path.join(homeOf(host), ".awsideman");
  return [path.join(folder, "config.yaml"), path.join(folder, "config.json")];
}

function homeOf({ variables, home }: Pick<ConfigHost, "variables" | "home">): string {
  return variables["HOME"] || variables["USERPROFILE"] || home();
}

/** Also something that is no file: whoever reads it says so. */
function isThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Below something that is no directory there is nothing. What may not be looked at is there.
    const { code } = error as NodeJS.ErrnoException;
    return code !== "ENOTDIR" && code !== "ENOENT";
  }
}

/** This machine, with an environment. */
export function hostOf(variables: Variables): ConfigHost {
  return { platform: process.platform, variables, home: () => homedir() };
}
