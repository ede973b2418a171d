import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { storageContract } from "@awsideman/cache-core/testing";
import { afterAll } from "vitest";
import { openDiskStorage } from "../src/open-disk-storage.ts";

const directory = mkdtempSync(path.join(tmpdir(), "storage-disk-contract-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

storageContract({
  name: "disk",
  capabilities: { payload: "bytes", reach: "machine", persistent: true, bounded: true, patience: 10_000 },
  counters: true,
  moments: true,
  examines: true,
  sweeps: true,
  // The folder is gone, and nothing can be made in its place.
  breakStore: (store) => {
    const folder = path.join(directory, store);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    return () => rmSync(folder);
  },
  open: ({ store, maxSizeMb, ...context }) =>
    openDiskStorage({ cacheDir: path.join(directory, store), maxSizeMb }, context),
});
