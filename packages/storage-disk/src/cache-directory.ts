import { homedir } from "node:os";
import path from "node:path";

/** What the place of the cache depends on. */
export interface HostEnvironment {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const folder = "awsideman";

/**
 * Where the cache is when nobody says otherwise, by the platform's convention: `%LOCALAPPDATA%\awsideman` on Windows,
 * `~/Library/Caches/awsideman` on macOS, `$XDG_CACHE_HOME/awsideman` or `~/.cache/awsideman` elsewhere.
 * @param host default: this machine
 */
export function defaultCacheDirectory(host: HostEnvironment = thisHost()): string {
  const { platform, variables, home } = host;
  if (platform === "win32") {
    return path.win32.join(variables["LOCALAPPDATA"] || path.win32.join(home, "AppData", "Local"), folder);
  }
  if (platform === "darwin") return path.posix.join(home, "Library", "Caches", folder);
  // A relative path is invalid by the XDG Base Directory Specification, and is to be ignored.
  const configured = variables["XDG_CACHE_HOME"];
  const base = configured?.startsWith("/") ? configured : path.posix.join(home, ".cache");
  return path.posix.join(base, folder);
}

function thisHost(): HostEnvironment {
  return { platform: process.platform, variables: process.env, home: homedir() };
}
