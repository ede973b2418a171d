import { open, rename, unlink } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../errors/cli-error.ts";

/**
 * Puts another text in the place of a file's, for its user alone, so that it is there whole or not at all, whatever
 * happens.
 * @param expected what is in it: if it is not, somebody else has changed it meanwhile
 * @throws CliError
 */
export async function replaceFile(file: string, expected: string, text: string): Promise<void> {
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.${crypto.randomUUID()}`);
  try {
    const handle = await open(unfinished, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const current = await open(file, "r");
    try {
      if ((await current.readFile("utf8")) !== expected)
        throw new CliError(`${file} was changed meanwhile`, { advice: "try again" });
    } finally {
      await current.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    if (error instanceof CliError) throw error;
    throw new CliError(`${file} cannot be replaced: ${(error as Error).message}`, { cause: error });
  }
}
