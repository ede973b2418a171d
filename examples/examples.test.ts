import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startIdentityCenterSim } from "@awsideman/identity-center-sim";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

test("cached-clients.ts reads from the cache, and sees its own update", async () => {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-example-"));
  const sim = await startIdentityCenterSim({ population: { users: 3 } });
  try {
    const { stdout } = await run(
      process.execPath,
      ["--conditions=@awsideman/source", join(import.meta.dirname, "cached-clients.ts")],
      {
        env: {
          ...process.env,
          ...sim.environment,
          XDG_CACHE_HOME: folder,
          LOCALAPPDATA: folder,
          HOME: folder,
          IDENTITY_STORE_ID: sim.identityStoreId,
          USER_ID: sim.state.users[0]?.userId,
        },
      },
    );
    expect(stdout).toBe("Ada Lovelace 1\n");
    expect(sim.calls.of("DescribeUser").received).toBe(2);
  } finally {
    await sim.close();
    rmSync(folder, { recursive: true });
  }
});

test("the example in the README is the one that is run here", () => {
  const example = readFileSync(join(import.meta.dirname, "cached-clients.ts"), "utf8");
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(`\`\`\`ts\n${example}\`\`\``);
});
