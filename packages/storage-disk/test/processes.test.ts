import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { TrafficOptions, TrafficReport } from "./fixtures/traffic.ts";
import { Harness, invalidation, temporaryDirectory } from "./support/harness.ts";

type Child = ChildProcessByStdio<null, Readable, Readable>;

const nodeArguments = ["--conditions=@awsideman/source"];

function start(fixture: string, argument: string): Child {
  const file = fileURLToPath(new URL(`fixtures/${fixture}`, import.meta.url));
  return spawn(process.execPath, [...nodeArguments, file, argument], { stdio: ["ignore", "pipe", "pipe"] });
}

async function inProcess(options: TrafficOptions): Promise<TrafficReport> {
  const child = start("traffic-process.ts", JSON.stringify(options));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe("");
  return JSON.parse(output) as TrafficReport;
}

async function inThread(options: TrafficOptions): Promise<TrafficReport> {
  const worker = new Worker(new URL("fixtures/traffic-worker.ts", import.meta.url), {
    workerData: options,
    execArgv: nodeArguments,
  });
  // Both may come at once.
  const [[report]] = await Promise.all([
    once(worker, "message") as Promise<[TrafficReport]>,
    once(worker, "exit"),
  ]);
  return report;
}

describe.each([
  ["processes", inProcess],
  ["worker threads", inThread],
])("several %s at once", (_, run) => {
  test.each([
    ["one generation", false],
    ["generations that break all the time", true],
  ])("never see what was invalidated before, with %s", async (__, breaks) => {
    const directory = temporaryDirectory();
    const writers = 4;
    const reports = await Promise.all(
      Array.from({ length: writers }, (___, writer) =>
        run({ directory, writer, writers, operations: 700, least: 40, breaks }),
      ),
    );
    expect(reports.flatMap(({ stale }) => stale)).toEqual([]);
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

test("processes that open a new directory at once agree on one generation, and store at once", async () => {
  const directory = temporaryDirectory();
  const writers = 4;
  const reports = await Promise.all(
    Array.from({ length: writers }, (_, writer) =>
      inProcess({ directory, writer, writers, operations: 30, least: 1, breaks: false }),
    ),
  );
  expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
});

test("a process that is killed loses no invalidation that has returned, and leaves no lock", async () => {
  const harness = new Harness();
  for (let round = 0; round < 3; round++) {
    const child = start("writing-process.ts", harness.directory);
    let acknowledged = 0;
    for await (const chunk of child.stdout) {
      const lines = String(chunk).trim().split("\n");
      acknowledged = Math.max(acknowledged, Number(lines.at(-1)));
      if (acknowledged >= (round + 1) * 20) child.kill("SIGKILL");
    }
    // The process that was killed went by the system's clock.
    harness.clock.jump(Date.now());
    const storage = await harness.open();
    expect((await storage.stamp()).position).toBeGreaterThanOrEqual(acknowledged);
    expect(storage.invalidate(invalidation({ tags: ["a"] }))).toMatchObject({ position: expect.any(Number) });
    expect(harness.sqlite().prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    storage.close();
  }
  expect(harness.troubles).toEqual([]);
});

describe("a process with nothing else to do", () => {
  test("ends by itself, without closing the storage and without waiting for its upkeep", async () => {
    const child = start("patient-process.ts", temporaryDirectory());
    const [output, errors, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect([code, output, errors]).toEqual([0, "at once\nposition 1\n0 timers\n", ""]);
  });

  test("stays until its invalidation is recorded", async () => {
    const harness = new Harness();
    (await harness.open()).close();
    const busy = harness.sqlite();
    busy.exec("begin immediate");
    const child = start("patient-process.ts", harness.directory);
    let output = "";
    for await (const chunk of child.stdout) {
      output += String(chunk);
      if (output === "waiting\n") busy.exec("rollback");
    }
    expect(output).toBe("waiting\nposition 1\n0 timers\n");
  });
});
