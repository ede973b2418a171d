import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromSimpleStore, type StorageContext } from "@awsideman/cache-core";
import { checkStorageModel, storageContract } from "@awsideman/cache-core/testing";
import { afterAll, expect, test } from "vitest";
import { folderStore } from "./folder-store.ts";
import { createStorage } from "./map-storage.ts";

const folder = mkdtempSync(join(tmpdir(), "awsideman-example-"));
afterAll(() => rmSync(folder, { recursive: true }));

const backends = {
  folder: ({ store, ...context }: StorageContext & { readonly store: string }) =>
    fromSimpleStore(folderStore(join(folder, store)), context),
  map: (context: StorageContext) => createStorage({ maxEntries: 100_000 }, context),
};

for (const [name, open] of Object.entries(backends)) {
  const capabilities = { payload: "bytes", reach: "process", persistent: false, bounded: false } as const;
  storageContract({ name, capabilities, open });

  test(`${name}: no law is broken, whatever happens in whatever order`, async () => {
    const runs = name === "map" ? 300 : 20;
    expect(await checkStorageModel({ open, runs })).toMatchObject({ runs });
  });
}

test("own-backend.ts registers both by name, and sees its own update in each", async () => {
  const program = join(import.meta.dirname, "own-backend.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@awsideman/source", program],
    { env: { ...process.env, CACHE_FOLDER: join(folder, "example") } },
  );
  expect(stdout).toBe("folder Ada Grace\nmap Ada Grace\n");
});
