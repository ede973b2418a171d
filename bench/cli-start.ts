/*
 * How long a cached answer takes on the command line, as a whole process, against a Node process that does nothing.
 *
 *     pnpm build && node --conditions=@awsideman/source bench/cli-start.ts [runs]
 *
 * The bar is 2.2 times `node -e 0`: `awsideman user list` with 100 users from a warm cache on disk. The runs of all
 * contestants are interleaved, so that whatever else the machine does hits them alike; the medians are compared.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";

const bar = 2.2;
const runs = Number(process.argv[2] ?? 41);
const warmUps = 3;
const bin = join(import.meta.dirname, "..", "packages", "cli", "bin.js");

const home = await mkdtemp(join(tmpdir(), "awsideman-bench-"));
try {
  const ratio = await compare();
  console.log(`\n${ratio.toFixed(2)} times node -e 0; the bar is ${bar}`);
} finally {
  await rm(home, { recursive: true, force: true });
}

async function compare(): Promise<number> {
  const sim = await startIdentityCenterSim({ population: { users: 100 } });
  const variables = {
    ...sim.environment,
    PATH: process.env["PATH"],
    HOME: home,
    AWSIDEMAN_CACHE_DIR: join(home, "cache"),
    // What is compiled is kept between runs, as it is for a user.
    NODE_COMPILE_CACHE: join(home, "compiled"),
  };
  // The first run asks the simulator, which lives in this process: it must not be blocked.
  const first = spawn(process.execPath, [bin, "user", "list"], {
    env: variables,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => first.on("close", resolve));
  if (code !== 0) throw new Error(`awsideman user list has ended with ${String(code)}`);
  // From here on, whatever is not in the cache fails.
  await sim.close();

  const contestants: readonly (readonly [string, readonly string[]])[] = [
    ["node -e 0", ["-e", "0"]],
    ["awsideman user list", [bin, "user", "list"]],
    ["awsideman user list --json", [bin, "user", "list", "--json"]],
    ["awsideman --version", [bin, "--version"]],
  ];
  const times = contestants.map((): number[] => []);
  for (let run = -warmUps; run < runs; run += 1) {
    for (const [index, [name, line]] of contestants.entries()) {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, line, {
        env: variables,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const milliseconds = performance.now() - start;
      if (status !== 0) throw new Error(`${name} has ended with ${status}`);
      if (run >= 0) times[index]?.push(milliseconds);
    }
  }
  const medians = times.map(median);
  const base = medians[0] as number;
  for (const [index, [name]] of contestants.entries()) {
    const time = medians[index] as number;
    console.log(`${name.padEnd(28)} ${time.toFixed(1).padStart(6)} ms  ${(time / base).toFixed(2)} x`);
  }
  return (medians[1] as number) / base;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
