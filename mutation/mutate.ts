import { Stryker } from "@stryker-mutator/core";
import { subjects } from "./subjects.ts";

// Changes the sources of each subject in one place at a time, in a copy of the repository, and looks whether a test fails.
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in subjects));
if (unknown.length > 0) {
  throw new RangeError(`There is no ${unknown.join(", ")}, only ${Object.keys(subjects).join(", ")}`);
}

for (const [name, { mutate, tests }] of Object.entries(subjects)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  // For vitest.config.ts: the runner would choose tests by their imports, which are nearly all.
  process.env["AWSIDEMAN_MUTATION_TESTS"] = tests.join(",");
  const options = {
    mutate: [...mutate],
    testRunner: "vitest",
    vitest: { configFile: "mutation/vitest.config.ts", related: false },
    plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
    concurrency: 1,
    timeoutMS: 10_000,
    // None: it would be rewritten by means of an interface that TypeScript 7 does not have.
    tsconfigFile: "none",
    ignorePatterns: [".stryker-tmp", ".turbo", "bench", "dist", "docs"],
    reporters: ["progress-append-only", "clear-text", "json"],
    clearTextReporter: { allowColor: false, reportTests: false },
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    thresholds: { high: 95, low: 85, break: 85 },
  };
  await new Stryker(options).runMutationTest();
}
