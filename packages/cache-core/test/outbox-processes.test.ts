import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StorageServer } from "./support/storage-server.ts";

const run = promisify(execFile);
const program = path.join(import.meta.dirname, "fixtures", "short-process.ts");
let root: string;
let outbox: string;
let server: StorageServer;

beforeEach(async () => {
  root = mkdtempSync(path.join(tmpdir(), "awsideman-outbox-"));
  outbox = path.join(root, "outbox");
  server = await StorageServer.start();
});
afterEach(() => {
  server.stop();
  rmSync(root, { recursive: true, force: true });
});

const line = (...action: string[]): string[] => [
  "--conditions=@awsideman/source",
  program,
  String(server.port),
  outbox,
  ...action,
];

/** Runs a process to its end. Rejects unless it ends by itself, without an error. */
async function command(
  ...action: string[]
): Promise<{ readonly answer?: string; readonly events: string[] }> {
  const { stdout } = await run(process.execPath, line(...action), { timeout: 100_000 });
  return JSON.parse(stdout) as { events: string[] };
}

/** What waits: the files in the one place of the one storage. */
function waiting(): string[] {
  return readdirSync(outbox).flatMap((place) =>
    readdirSync(path.join(outbox, place)).map((file) => path.join(outbox, place, file)),
  );
}

describe("a change made by a short process while the storage is out of reach", () => {
  test("is recorded by the next process before it reads", async () => {
    await command("read", "old");
    expect(await command("read", "not loaded")).toMatchObject({ answer: "old" });
    server.isOff = true;
    expect((await command("invalidate")).events).toContain("invalidation-deferred");
    expect(waiting()).toHaveLength(1);
    for (const file of waiting()) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
    }
    expect(await command("read", "past the storage")).toMatchObject({ answer: "past the storage" });
    server.isOff = false;
    server.calls.length = 0;
    const third = await command("read", "new");
    expect(third).toMatchObject({ answer: "new", events: ["invalidations-replayed"] });
    expect(server.calls.slice(0, 2)).toEqual(["invalidate", "read"]);
    expect(waiting()).toEqual([]);
  });

  test("is recorded also when its process was killed as soon as the call had returned", async () => {
    await command("read", "old");
    server.isOff = true;
    const child = spawn(process.execPath, line("invalidate-and-hang"));
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    server.isOff = false;
    expect(await command("read", "new")).toMatchObject({ answer: "new" });
  });

  test("and cut short by something else is taken for a change of everything, and told of", async () => {
    await command("read", "old");
    server.isOff = true;
    await command("invalidate");
    for (const file of waiting()) truncateSync(file, 60);
    server.isOff = false;
    const next = await command("read", "new");
    expect(next).toMatchObject({ answer: "new", events: ["outbox-trouble", "invalidations-replayed"] });
    expect(waiting().map((file) => path.basename(file))).toEqual(["unreadable"]);
    expect(await command("read", "newer")).toMatchObject({ events: [] });
  });
});
