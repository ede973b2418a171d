import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Without "module": it leads to builds of the AWS SDK for bundlers, which Node cannot load.
  ssr: {
    resolve: {
      conditions: ["@awsideman/source", ...defaultServerConditions.filter((name) => name !== "module")],
    },
  },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "tests/**/*.test.ts",
      "scripts/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    // What a test leaves waiting must not wait for whoever runs the tests.
    env: { XDG_STATE_HOME: join(tmpdir(), "awsideman-tests") },
    pool: "forks",
    maxWorkers: 2,
    // For what never ends. Tests that start a dozen processes take half a minute where ten others want the processor.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What will be true some time is waited for, however busy the machine.
    expect: { poll: { interval: 20, timeout: 110_000 } },
  },
});
