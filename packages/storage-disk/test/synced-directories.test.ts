import { statSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { GenerationDirectory } from "../src/generation-directory.ts";
import { temporaryDirectory } from "./support/harness.ts";

/** The directories that were synced, by their inodes. */
const synced: number[] = [];

vi.mock(import("node:fs"), async (importOriginal) => {
  const actual = await importOriginal();
  const fsyncSync: typeof actual.fsyncSync = (descriptor) => {
    synced.push(actual.fstatSync(descriptor).ino);
    actual.fsyncSync(descriptor);
  };
  return { ...actual, fsyncSync, default: { ...actual, fsyncSync } };
});

test.skipIf(process.platform === "win32")(
  "a power cut brings back no generation that has ended, and takes none back that was begun",
  () => {
    const base = temporaryDirectory();
    const directory = new GenerationDirectory(base);
    directory.prepare();
    const inode = (...names: readonly string[]): number => statSync(path.join(base, "v2", ...names)).ino;
    const syncedBy = (action: () => unknown): readonly number[] => {
      synced.length = 0;
      action();
      return [...synced];
    };
    directory.beginGeneration("000000000000000a");
    expect(syncedBy(() => directory.publish("000000000000000a"))).toEqual([inode()]);
    expect(syncedBy(() => directory.found())).toEqual([inode()]);
    expect(syncedBy(() => directory.retractAny())).toEqual([inode("current")]);
  },
);

test.skipIf(process.platform === "win32")("a power cut brings back nothing that other versions had", () => {
  const base = temporaryDirectory();
  const [directory, neighbour] = [1, 2].map((version) => new GenerationDirectory(base, { version }));
  directory?.prepare();
  neighbour?.prepare();
  neighbour?.beginGeneration("000000000000000a");
  neighbour?.publish("000000000000000a");
  synced.length = 0;
  directory?.retractNeighbours();
  expect(synced).toEqual([statSync(path.join(base, "v2", "current")).ino]);
});
