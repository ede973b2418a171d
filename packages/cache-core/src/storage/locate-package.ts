import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";

/**
 * The file of a package that this one does not depend on, so that under a strict layout it cannot see it: it is looked for
 * where the application is, then where it was started, then from here. Undefined: it is not installed.
 */
export function locatePackage(name: string): string | undefined {
  for (const place of places()) {
    try {
      return createRequire(place).resolve(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

/** Files from whose place to look. The program may have been started by a link to it, or be none: `node -e`, `node -`. */
function places(): string[] {
  const [, program] = process.argv;
  const found = [join(process.cwd(), "package.json"), import.meta.filename];
  if (program === undefined || !isAbsolute(program)) return found;
  try {
    return [program, realpathSync(program), ...found];
  } catch {
    return [program, ...found];
  }
}
