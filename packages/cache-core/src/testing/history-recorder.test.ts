import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HistoryRecorder, loadHistory } from "./history-recorder.ts";

test("what was saved comes back, without the half line of a process that was killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "awsideman-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "history");
  let now = 0;
  const recorder = new HistoryRecorder({ process: "p1", now: () => now++ });
  await recorder.read("x", async () => ({ version: 7 }));
  const events = [...recorder.events];
  recorder.save(path);
  expect(recorder.events).toEqual([]);
  expect(loadHistory(path)).toEqual(events);
  appendFileSync(path, '{"kind":"read","pro');
  expect(loadHistory(path)).toEqual(events);
});
