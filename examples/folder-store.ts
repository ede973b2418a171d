import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { SimpleStore } from "@awsideman/cache-core";

/** A folder as a simple store: one file for each entry, replaced in one step. */
export function folderStore(folder: string): SimpleStore {
  const read = async (
    name: string,
  ): Promise<{ readonly id: string; readonly record: unknown } | undefined> => {
    try {
      return deserialize(await readFile(join(folder, name)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
  return {
    get: async (id) => (await read(nameOf(id)))?.record,
    set: async (id, record) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const written = join(folder, `${randomUUID()}.new`);
      await writeFile(written, serialize({ id, record }), { mode: 0o600 });
      await rename(written, join(folder, nameOf(id)));
    },
    delete: (id) => rm(join(folder, nameOf(id)), { force: true }),
    clear: () => rm(folder, { recursive: true, force: true }),
    keys: async () => {
      const names = await readdir(folder).catch(() => []);
      const found = await Promise.all(names.filter((name) => !name.endsWith(".new")).map(read));
      return found.flatMap((file) => (file === undefined ? [] : [file.id]));
    },
  };
}

/** A file's name cannot be any text, nor of any length. */
function nameOf(id: string): string {
  return createHash("sha256").update(id, "utf16le").digest("hex");
}
