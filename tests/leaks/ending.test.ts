import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const program = path.join(import.meta.dirname, "ending-process.ts");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "awsideman-ending-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** What keeps a process: its own output is a pipe, which does not. */
function held(resources: string): string[] {
  return (JSON.parse(resources) as string[]).filter((name) => name !== "PipeWrap");
}

// A process that does not end by itself is killed after a time, and that rejects.
const start = (way: string): Promise<{ readonly stdout: string }> =>
  run(process.execPath, ["--conditions=@awsideman/source", program, way, directory], { timeout: 100_000 });

test.each(["memory", "disk", "memory, closed", "disk, closed", "hung, closed", "never open, but needed"])(
  "a process that has used a cache holds nothing open, and ends by itself: %s",
  async (way) => {
    const { stdout } = await start(way);
    expect(held(stdout)).toEqual([]);
  },
);

test.each(["hung", "never open", "a far tier that hangs"])(
  "so does one whose storage is %s, when the last deadline is over",
  async (way) => {
    const { stdout } = await start(way);
    expect(held(stdout).filter((name) => name !== "Timeout")).toEqual([]);
  },
);
