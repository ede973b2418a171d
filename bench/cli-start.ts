import { spawn, spawnSync, type SpawnSyncOptions } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { contest, type Contender, type Row } from "./contest.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const rounds = 41;
const bin = join(import.meta.dirname, "..", "packages", "cli", "bin.js");

/** What the second run of a command keeps in compiled form is what all later ones use. */
const runsBefore = 2;

/**
 * Answers from a warm cache on disk at the command line, as whole processes, against a Node process that does nothing, and
 * one that only reads a row by `node:sqlite`: less than that no command could take. What is built is run: `pnpm build` first.
 */
export async function cliStart(): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const [hundred, many] = [
      await warmUp(join(folder, "hundred"), 100),
      await warmUp(join(folder, "many"), 10_000),
    ];
    const command = (name: string, env: NodeJS.ProcessEnv, ...line: readonly string[]): Contender => {
      const contender = program(name, [bin, ...line], { env });
      for (let run = 0; run < runsBefore; run++) void contender.run(1);
      return contender;
    };
    return contest(
      [
        program("node -e 0", ["-e", "0"], { env: hundred }),
        program("node:sqlite, one row", ["-e", readRow, databaseIn(hundred)], { env: hundred }),
        command("awsideman --version", hundred, "--version"),
        command("awsideman cache status", hundred, "cache", "status"),
        command("awsideman user list, 100 users", hundred, "user", "list"),
        command("awsideman user list --json, 100 users", hundred, "user", "list", "--json"),
        command("awsideman user list, 10,000 users", many, "user", "list"),
      ],
      1,
      rounds,
    );
  });
}

const readRow = `
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(process.argv[1]);
  if (database.prepare("select * from entry limit 1").get() === undefined) throw new Error("There is no row");
  database.close();
`;

/** Fills a cache from a simulator, and closes that: from then on, whatever is not in the cache fails. */
async function warmUp(home: string, users: number): Promise<NodeJS.ProcessEnv> {
  const sim = await startIdentityCenterSim({ population: { users } });
  try {
    const env = {
      ...sim.environment,
      PATH: process.env["PATH"],
      HOME: home,
      AWSIDEMAN_CACHE_DIR: join(home, "cache"),
      // Seconds: all of this takes longer than answers live.
      AWSIDEMAN_CACHE_DEFAULT_TTL: "86400",
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

function databaseIn({ AWSIDEMAN_CACHE_DIR: cache = "" }: NodeJS.ProcessEnv): string {
  const file = readdirSync(cache, { recursive: true, encoding: "utf8" }).find((name) => name.endsWith(".db"));
  if (file === undefined) throw new Error(`There is no database in ${cache}`);
  return join(cache, file);
}

function program(name: string, line: readonly string[], options: SpawnSyncOptions): Contender {
  return {
    name,
    run() {
      const { status } = spawnSync(process.execPath, line, {
        ...options,
        stdio: ["ignore", "pipe", "inherit"],
        maxBuffer: 64 * 1024 * 1024,
      });
      if (status !== 0) throw new Error(`${name} has ended with ${status}`);
    },
  };
}
