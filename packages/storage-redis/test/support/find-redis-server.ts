import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The name by which the program knows that it is the server. */
export const serverName = "redis-server";

let found: string | undefined;

/**
 * Where the program is that the tests start: `REDIS_SERVER`, or `redis-server` or `valkey-server` in the PATH. Where there is
 * none and it may be, it is installed; without the service that some packages start. It is to be started under
 * {@link serverName}.
 * @throws Error that says what to install
 */
export function findRedisServer(): string {
  found ??= process.env["REDIS_SERVER"] ?? inPath() ?? install();
  return found;
}

function inPath(): string | undefined {
  for (const name of ["redis-server", "valkey-server"]) {
    const program = which(name);
    if (program !== undefined) return program;
  }
  // The package of Debian that has the program but no service calls it by its other name. It is what it is started as.
  return which("redis-check-rdb");
}

function install(): string {
  const missing =
    "The tests need Redis 6.2 or newer: install redis-server or valkey-server, or set REDIS_SERVER";
  if (process.getuid?.() !== 0 || which("apt-get") === undefined) throw new Error(missing);
  withLock(() => {
    if (inPath() !== undefined) return;
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const run = (...args: string[]): void => {
      execFileSync("apt-get", args, { stdio: "pipe", env });
    };
    try {
      run("update");
      run("install", "-y", "--no-install-recommends", "redis-tools");
    } catch (cause) {
      throw new Error(missing, { cause });
    }
  });
  const program = inPath();
  if (program === undefined) throw new Error(missing);
  return program;
}

function which(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const program = path.join(folder, name);
    try {
      accessSync(program, constants.X_OK);
      return program;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

const lockFolder = path.join(tmpdir(), "awsideman-redis-install");
/** Milliseconds after which whoever has the lock must be gone. */
const longestInstall = 180_000;

/** Test files run at the same time: only one of them installs. */
function withLock(action: () => void): void {
  for (;;) {
    try {
      mkdirSync(lockFolder);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (isAbandoned()) rmSync(lockFolder, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    action();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function isAbandoned(): boolean {
  try {
    return Date.now() - statSync(lockFolder).mtimeMs > longestInstall;
  } catch {
    return false;
  }
}
