import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

/** What a test run would start where the PATH has these programs only; or why it would not. */
function foundWith(programs: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), "awsideman-path-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of programs) writeFileSync(path.join(folder, name), "", { mode: 0o755 });
  const module = path.join(import.meta.dirname, "support/find-redis-server.ts");
  const program = `import { findRedisServer } from ${JSON.stringify(module)}; console.log(findRedisServer());`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { PATH: folder, ...env },
    encoding: "utf8",
  });
  const text = stdout.trim() || (/^Error: (.*)$/m.exec(stderr)?.[1] ?? stderr);
  return text.replace(folder + path.sep, "");
}

test.for([
  [["redis-server", "valkey-server", "redis-check-rdb"], "redis-server"],
  [["valkey-server", "redis-check-rdb"], "valkey-server"],
  [["redis-check-rdb"], "redis-check-rdb"],
] as const)("of the programs %j in the PATH the tests start %s", ([programs, expected]) => {
  expect(foundWith(programs)).toBe(expected);
});

test("what REDIS_SERVER names comes first", () => {
  expect(foundWith(["redis-server"], { REDIS_SERVER: "/opt/mine" })).toBe("/opt/mine");
});

test("where there is none, and none can be installed, one line says what to install", () => {
  expect(foundWith([])).toBe(
    "The tests need Redis 6.2 or newer: install redis-server or valkey-server, or set REDIS_SERVER",
  );
});
