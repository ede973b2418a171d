import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { defineConfig, mergeConfig } from "vitest/config";
import everyday from "../vitest.config.ts";
import { QuickestFirst } from "./quickest-first.ts";
import type { SqlMutant } from "./sql-mutant.ts";

// Stryker runs the tests in a copy of the repository whose `node_modules` are links to the real ones, so that packages
// that import each other by name would leave the copy, and its mutants with it.
const packages = join(import.meta.dirname, "../packages");
const alias = readdirSync(packages).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(join(packages, folder, "package.json"), "utf8")) as {
    name: string;
    exports?: Record<string, string | { "@awsideman/source"?: string }>;
  };
  return Object.entries(manifest.exports ?? {}).flatMap(([door, target]) => {
    const source = typeof target === "string" ? undefined : target["@awsideman/source"];
    if (source === undefined) return [];
    const find = new RegExp(`^${manifest.name}${door.slice(1)}$`);
    return [{ find, replacement: join(packages, folder, source) }];
  });
});

/** See `mutate-sql.ts`. */
const sql = JSON.parse(process.env["AWSIDEMAN_MUTATION_SQL"] ?? "null") as SqlMutant | null;
const sqlMutant: Plugin = {
  name: "sql-mutant",
  enforce: "pre",
  transform: (code, id) =>
    sql && id.endsWith(sql.file) ? code.slice(0, sql.start) + sql.text + code.slice(sql.end) : undefined,
};

const { include: _, ...test } = everyday.test ?? {};
export default mergeConfig(
  { ...everyday, test },
  defineConfig({
    root: join(import.meta.dirname, ".."),
    resolve: { alias },
    plugins: [sqlMutant],
    test: {
      include: (process.env["AWSIDEMAN_MUTATION_TESTS"] ?? "").split(","),
      // It would not know the mutants apart.
      fsModuleCache: sql === null,
      setupFiles: [join(import.meta.dirname, "setup.ts")],
      sequence: { sequencer: QuickestFirst },
      // Many a mutant lets a test wait for ever.
      testTimeout: 5_000,
      hookTimeout: 5_000,
    },
  }),
);
