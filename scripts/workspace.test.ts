import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

interface Manifest {
  readonly name: string;
  readonly license: string;
  readonly type: string;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const everything = ["aws-client", "cache-core", "storage-disk", "storage-memory", "storage-redis"];
const mayDependOn: Readonly<Record<string, readonly string[]>> = {
  "cache-core": [],
  "identity-center-sim": [],
  "storage-memory": ["cache-core"],
  "storage-disk": ["cache-core"],
  "storage-redis": ["cache-core"],
  "aws-client": ["cache-core"],
  cli: everything,
};

const scope = "@awsideman/";
const root = join(import.meta.dirname, "..");
const manifests = globSync("packages/*/package.json", { cwd: root })
  .sort()
  .map((path) => JSON.parse(readFileSync(join(root, path), "utf8")) as Manifest);

describe.each(manifests)("$name", (manifest) => {
  const name = manifest.name.slice(scope.length);

  test("depends only on the packages it may build on", () => {
    const allowed = mayDependOn[name];
    const dependencies = Object.keys(manifest.dependencies ?? {})
      .filter((dependency) => dependency.startsWith(scope))
      .map((dependency) => dependency.slice(scope.length));
    expect(allowed, `${name} has no entry in mayDependOn`).toBeDefined();
    expect(allowed).toEqual(expect.arrayContaining(dependencies));
  });

  test("is an ES module package for the supported versions of Node.js", () => {
    expect(manifest).toMatchObject({
      license: "MIT",
      type: "module",
      engines: { node: ">=22.22.3 <23 || >=24.15" },
    });
  });

  test("leads to its sources under the condition that development uses", () => {
    for (const [path, target] of Object.entries(manifest.exports)) {
      if (path === "./package.json") continue;
      expect(target).toEqual({
        "@awsideman/source": expect.stringMatching(/^\.\/src\/.+\.ts$/),
        types: expect.stringMatching(/^\.\/dist\/.+\.d\.ts$/),
        default: expect.stringMatching(/^\.\/dist\/.+\.js$/),
      });
    }
  });
});
