import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryDirectory } from "./support/harness.ts";

/** In a name space of its own, which takes no privileges where the system allows it. */
function inTinyFileSystem(directory: string, command: readonly string[]): { output: string; errors: string } {
  const mount = 'mount -t tmpfs -o size=2m,mode=700 tiny "$0" && exec "$@"';
  const values = ["--user", "--map-root-user", "--mount", "sh", "-c", mount, directory, ...command];
  const { stdout, stderr, error } = spawnSync("unshare", values, { encoding: "utf8" });
  return { output: stdout, errors: error === undefined ? stderr : error.message };
}

const canMount = inTinyFileSystem("/tmp", ["echo", "mounted"]).output === "mounted\n";

// Elsewhere the limit on pages has to do: see "an invalidation that cannot be recorded" among the tests of generations.
test.runIf(canMount)(
  "on a full file system no process is told what was invalidated, and with space again it stores",
  () => {
    const directory = temporaryDirectory();
    const program = fileURLToPath(new URL("fixtures/full-disk-process.ts", import.meta.url));
    const line = [process.execPath, "--conditions=@awsideman/source", program, directory];
    const { output, errors } = inTinyFileSystem(directory, line);
    expect(errors).toBe("");
    expect(JSON.parse(output)).toEqual({
      before: ["hit"],
      after: ["miss"],
      begunAnew: true,
      outcome: "stored",
      state: "hit",
    });
  },
);
