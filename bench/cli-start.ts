import { spawn, spawnSync, type SpawnSyncOptions } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { contest, type Contender, type Row } from "./contest.ts";

const rounds = 41;
const bin = join(import.meta.dirname, "..", "packages", "cli", "bin.js");

/**
 * A cached answer at the command line, as a whole process, against a Node process that does nothing: 100 users from a
 * warm cache on disk. What is built is run: `pnpm build` first. The bar is 2.2 times `node -e 0`.
 */
export async function cliStart(): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), "awsideman-bench-"));
  try {
    const env = await warmUp(home);
    const contenders = [
      program("node -e 0", ["-e", "0"], { env }),
      program("awsideman user list", [bin, "user", "list"], { env }),
      program("awsideman user list --json", [bin, "user", "list", "--json"], { env }),
      program("awsideman --version", [bin, "--version"], { env }),
    ];
    return await contest(contenders, 1, rounds);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Fills the cache from a simulator, and closes that: from then on, whatever is not in the cache fails. */
async function warmUp(home: string): Promise<NodeJS.ProcessEnv> {
  const sim = await startIdentityCenterSim({ population: { users: 100 } });
  try {
    const env = {
      ...sim.environment,
      PATH: process.env["PATH"],
      HOME: home,
      AWSIDEMAN_CACHE_DIR: join(home, "cache"),
      // What is compiled is kept between runs, as it is for a user.
      NODE_COMPILE_CACHE: join(home, "compiled"),
    };
    // The simulator lives in this process: it must not be blocked.
    const first = spawn(process.execPath, [bin, "user", "list"], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const code = await new Promise((resolve) => first.on("close", resolve));
    if (code !== 0) throw new Error(`awsideman user list has ended with ${String(code)}`);
    return env;
  } finally {
    await sim.close();
  }
}

function program(name: string, line: readonly string[], options: SpawnSyncOptions): Contender {
  return {
    name,
    run() {
      const { status } = spawnSync(process.execPath, line, {
        ...options,
        stdio: ["ignore", "pipe", "inherit"],
      });
      if (status !== 0) throw new Error(`${name} has ended with ${status}`);
    },
  };
}
