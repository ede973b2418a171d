import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkStorageModel } from "@awsideman/cache-core/testing";
import { describe, expect, test } from "vitest";
import { modelMutants } from "./mutants.ts";
import { storages } from "./storages.ts";

/** Each run on the disk waits for it many times. */
const runsOf = (name: string): number => (name.includes("disk") ? 100 : 1_000);
const wanted = Number(process.env["AWSIDEMAN_MODEL_RUNS"] ?? 0);
const isLong = wanted > 10_000;
const timeout = 120_000 + wanted * 100;

describe("up to four actors in up to two processes, with faults, in random order", () => {
  test.for(Object.entries(storages))("no law is broken: %s", { timeout }, async ([name, storage]) => {
    const report = await checkStorageModel({ runs: runsOf(name), ...storage });
    expect(report.cached).toBeGreaterThan(report.runs);
    expect(report.invalidations).toBeGreaterThan(report.runs);
  });
});

describe("the model notices when a guard is taken out", () => {
  const run = promisify(execFile);
  const mutants = modelMutants(isLong);
  test.for(Object.entries(mutants))("%s", { timeout }, async ([mutant, { storage }]) => {
    const ran = run(
      process.execPath,
      [
        "--conditions=@awsideman/source",
        `--import=${new URL("../laws/mutate.ts", import.meta.url).href}`,
        join(import.meta.dirname, "model-process.ts"),
        storage,
        String(isLong ? 20_000 : runsOf(storage)),
      ],
      { env: { ...process.env, AWSIDEMAN_MUTANT: mutant, AWSIDEMAN_MODEL_RUNS: undefined } },
    );
    await expect(ran).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^Law [ABC]: /) });
  });
});
