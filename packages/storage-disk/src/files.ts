import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";

/** The names in a directory; none where there is no directory. */
export function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

/** Windows does not open directories, and has no need to. */
export function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Does what is not worth a failure. */
export function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Left for the next time.
  }
}
