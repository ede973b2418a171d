import { constants } from "node:fs";
import { open } from "node:fs/promises";

const maxBytes = 65_536;

/** Why a file cannot be opened, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read by this user",
  ELOOP: "is a symbolic link",
};

/**
 * Reads a file that must be this user's alone: whoever can read it can read the cache, and whoever can write it can have
 * a cache written that he can read. Links are not followed, because they are somebody's word for where the key is.
 * @throws an error that says what is wrong with it
 */
export async function readKeyFile(file: string): Promise<string> {
  // Without the second, a pipe would be waited for.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const handle = await open(file, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch(
    ({ code = "", message }: NodeJS.ErrnoException) => {
      throw new Error(`The key file ${file} ${reasons[code] ?? `cannot be read: ${code || message}`}`);
    },
  );
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error(`The key file ${file} is no file`);
    const user = process.getuid?.();
    if (user !== undefined) {
      if (stats.uid !== user) throw new Error(`The key file ${file} belongs to user ${stats.uid}`);
      const mode = stats.mode & 0o777;
      if ((mode & 0o177) !== 0) {
        throw new Error(
          `The key file ${file} has mode ${mode.toString(8)}: it must be 600 or less (chmod 600 ${file})`,
        );
      }
    }
    if (stats.size > maxBytes) throw new Error(`The key file ${file} has ${stats.size} bytes`);
    return await handle.readFile("utf8");
  } finally {
    await handle.close();
  }
}
