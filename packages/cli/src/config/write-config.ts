import { lstatSync, mkdirSync, readlinkSync, realpathSync, type BigIntStats } from "node:fs";
import path from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { withFileLock } from "../files/file-lock.ts";
import { replaceFile, statusOfFile } from "../files/replace-file.ts";
import { parseConfig, readConfigText } from "./config-file.ts";
import type { ConfigPlace } from "./config-place.ts";
import type { Edit } from "./edit-config.ts";
import { editedText } from "./edited-text.ts";
import type { Tree } from "./plain-yaml.ts";

export interface WrittenConfig {
  /** The file as it is named; a link to it stays one. */
  readonly path: string;
  readonly before: Tree;
  readonly edits: readonly Edit[];
  /** False: it said all that already, or nothing was to be written. */
  readonly isWritten: boolean;
}

/** How often somebody who does not know of the lock may come between. */
const attempts = 5;

/**
 * Changes the configuration, or makes it: readable for its owner alone if it is new, otherwise with the mode that it has. It is
 * replaced as a whole, or stays as it is. Two processes that change it do so one after the other; an editor that saves it
 * meanwhile is not overwritten.
 * @param plan is given what the file says, and returns what is to be changed; may be called again
 * @param isDry find out what would be changed, and write nothing
 * @throws CliError for a file with a mistake in it, which is never written over, and for one that cannot be written
 */
export async function writeConfig(
  place: ConfigPlace,
  plan: (
    tree: Tree,
    file: { readonly path: string; readonly stats: BigIntStats | undefined },
  ) => readonly Edit[],
  isDry: boolean,
): Promise<WrittenConfig> {
  const target = targetOf(place.path);
  const once = async (): Promise<WrittenConfig | undefined> => {
    const before = statusOfFile(target);
    const read = readConfigText({ ...place, kind: "own", path: target, exists: before !== undefined });
    const text = read?.text ?? "";
    const { tree } = await parseConfig(text, place.path);
    const edits = plan(tree, { path: place.path, stats: before });
    const edited = await editedText(text, place.path, edits);
    const result = { path: place.path, before: tree, edits };
    if (isDry || edited === text) return { ...result, isWritten: false };
    return replaceFile(target, edited, before) ? { ...result, isWritten: true } : undefined;
  };
  if (isDry) return (await once()) as WrittenConfig;
  return writing(place.path, async () => {
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    return withFileLock(`${target}.lock`, async () => {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const written = await once();
        if (written !== undefined) return written;
      }
      throw new CliError(`${place.path} is being changed by somebody else`, { advice: "try again" });
    });
  });
}

/** Where a link leads to, also to what is not there yet. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return isLink(file) ? path.resolve(path.dirname(file), readlinkSync(file)) : file;
  }
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}

async function writing<Value>(file: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof CliError || !(error instanceof Error) || !("syscall" in error)) throw error;
    throw new CliError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}
