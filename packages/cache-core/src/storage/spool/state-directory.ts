import { homedir } from "node:os";
import path from "node:path";
import { describe } from "../../key/cache-key.ts";

/** What the place of the state of programs depends on. */
export interface StateHost {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute; undefined where the user has none. */
  readonly home: string | undefined;
}

/**
 * Where invalidations wait when nobody says otherwise, by the platform's convention for what must outlive a process and
 * is no cache: `%LOCALAPPDATA%\awsideman\outbox` on Windows, `~/Library/Application Support/awsideman/outbox` on macOS,
 * `$XDG_STATE_HOME/awsideman/outbox` or `~/.local/state/awsideman/outbox` elsewhere.
 * Undefined where there is no such place, because the user has no home.
 * @param host default: this machine
 */
export function defaultOutboxDirectory(host: StateHost = thisHost()): string | undefined {
  const { platform, variables, home } = host;
  const paths = platform === "win32" ? path.win32 : path.posix;
  const below = (...names: readonly string[]): string | undefined =>
    home === undefined ? undefined : paths.join(home, ...names);
  let base: string | undefined;
  if (platform === "win32") base = variables["LOCALAPPDATA"] || below("AppData", "Local");
  else if (platform === "darwin") base = below("Library", "Application Support");
  else {
    // A relative path is invalid by the XDG Base Directory Specification, and is to be ignored.
    const configured = variables["XDG_STATE_HOME"];
    base = configured?.startsWith("/") ? configured : below(".local", "state");
  }
  return base === undefined ? undefined : paths.join(base, "awsideman", "outbox");
}

/** @throws TypeError unless it is an absolute path, or undefined: every process has to find the same directory */
export function assertOutboxDirectory(value: unknown, name: string): asserts value is string | undefined {
  if (value === undefined || (typeof value === "string" && path.isAbsolute(value))) return;
  throw new TypeError(`${name} must be an absolute path, received ${describe(value)}`);
}

function thisHost(): StateHost {
  return { platform: process.platform, variables: process.env, home: homeOfUser() };
}

/** In a container the user may be a mere number, of which nothing says where it lives. */
function homeOfUser(): string | undefined {
  try {
    const home = homedir();
    return path.isAbsolute(home) ? home : undefined;
  } catch {
    return undefined;
  }
}
