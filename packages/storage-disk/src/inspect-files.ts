import { chmodSync, lstatSync, readdirSync } from "node:fs";
import path from "node:path";

export interface FileProblem {
  readonly kind: "leftover" | "permissions";
  readonly subject: string;
  readonly message: string;
}

interface OwnFile {
  readonly name: string;
  readonly mode: number;
  readonly right: number;
}

/** What in a directory of ours is left over, and what others could read. */
export function inspectFiles(root: string, isLeftOver: (name: string) => boolean): readonly FileProblem[] {
  const files = filesIn(root);
  return [
    ...files
      .filter(({ name }) => isLeftOver(name))
      .map(({ name }) => ({
        kind: "leftover" as const,
        subject: name,
        message: "is of a generation that is not in use",
      })),
    ...files
      .filter(({ mode, right }) => mode !== right)
      .map(({ name, mode }) => ({
        kind: "permissions" as const,
        subject: name,
        message: `has the mode ${mode.toString(8)}`,
      })),
  ];
}

/** Keeps others out of a directory of ours, and of what is in it. */
export function makePrivate(root: string): void {
  for (const { name, mode, right } of filesIn(root)) {
    if (mode === right) continue;
    try {
      chmodSync(path.join(root, name), right);
    } catch {
      // Gone meanwhile; or it is found again.
    }
  }
}

/** Windows knows no modes: there nothing is ever wrong with them. */
function filesIn(root: string): readonly OwnFile[] {
  return [".", ...readdirSync(root)].flatMap((name) => {
    const stats = lstatSync(path.join(root, name), { throwIfNoEntry: false });
    if (stats === undefined || stats.isSymbolicLink()) return [];
    const right = stats.isDirectory() ? 0o700 : 0o600;
    return [{ name, mode: process.platform === "win32" ? right : stats.mode & 0o777, right }];
  });
}
