import { homedir } from "node:os";
import path from "node:path";
import { describe } from "../../key/cache-key.ts";

/** What the place of the state of programs depends on. */
export interface StateHost {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Where invalidations wait when nobody says otherwise, by the platform's convention for what must outlive a process and
 * is no cache: `%LOCALAPPDATA%\awsideman\outbox` on Windows, `~/Library/Application Support/awsideman/outbox` on macOS,
 * `$XDG_STATE_HOME/awsideman/outbox` or `~/.local/state/awsideman/outbox` elsewhere.
 * @param host default: this machine
 */
export function defaultOutboxDirectory(host: StateHost = thisHost()): string {
  const { platform, variables, home } = host;
  if (platform === "win32") {
    const base = variables["LOCALAPPDATA"] || path.win32.join(home, "AppData", "Local");
    return path.win32.join(base, "awsideman", "outbox");
  }
  if (platform === "darwin")
    return path.posix.join(home, "Library", "Application Support", "awsideman", "outbox");
  // A relative path is invalid by the XDG Base Directory Specification, and is to be ignored.
  const configured = variables["XDG_STATE_HOME"];
  const base = configured?.startsWith("/") ? configured : path.posix.join(home, ".local", "state");
  return path.posix.join(base, "awsideman", "outbox");
}

/** @throws TypeError unless it is an absolute path, or undefined: every process has to find the same directory */
export function assertOutboxDirectory(value: unknown, name: string): asserts value is string | undefined {
  if (value === undefined || (typeof value === "string" && path.isAbsolute(value))) return;
  throw new TypeError(`${name} must be an absolute path, received ${describe(value)}`);
}

function thisHost(): StateHost {
  return { platform: process.platform, variables: process.env, home: homedir() };
}
