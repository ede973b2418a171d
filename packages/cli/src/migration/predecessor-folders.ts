import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { recogniseLegacyFile } from "@awsideman/cache-core/legacy";
import type { FoundFile } from "./plan-migration.ts";

/** Bytes. The predecessor kept no larger values. */
const largest = 16 * 1024 * 1024;

/** What was found in a folder of the predecessor's. */
export interface FoundCache {
  readonly folder: string;
  readonly files: readonly FoundFile[];
}

/**
 * Reads the predecessor's caches, its flat folder and those of its profiles. Changes nothing.
 * @returns nothing of a folder that is not there
 * @throws what the file system throws where a folder cannot be read
 */
export async function findPredecessorCaches(folders: readonly string[]): Promise<readonly FoundCache[]> {
  const caches: FoundCache[] = [];
  for (const folder of new Set(folders.map((one) => path.resolve(one)))) {
    const profiles = await namesIn(path.join(folder, "profiles"), "folder");
    for (const place of [folder, ...profiles.map((name) => path.join(folder, "profiles", name))]) {
      const names = (await namesIn(place, "file")).filter((name) => name.endsWith(".json"));
      if (names.length === 0) continue;
      const files: FoundFile[] = [];
      for (const name of names) files.push(await findFile(path.join(place, name)));
      caches.push({ folder: place, files });
    }
  }
  return caches;
}

async function findFile(file: string): Promise<FoundFile> {
  try {
    if ((await stat(file)).size > largest)
      return { path: file, content: { format: "damaged", problem: "is too large" } };
    return { path: file, content: recogniseLegacyFile(await readFile(file)) };
  } catch (error) {
    const problem = `cannot be read: ${(error as Error).message}`;
    return { path: file, content: { format: "damaged", problem } };
  }
}

async function namesIn(folder: string, kind: "file" | "folder"): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => (kind === "file" ? entry.isFile() : entry.isDirectory()))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
