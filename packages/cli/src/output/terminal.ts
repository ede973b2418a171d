/** A terminal that somebody reads. */
export interface Terminal {
  /** How wide it is. */
  readonly columns: number;
}

/** Most terminals are no narrower, and one that does not say how wide it is may be anything. */
const usualColumns = 80;

/** The terminal that stdout is; undefined for a pipe or a file. To look costs a pipe next to nothing. */
export function findTerminal(): Terminal | undefined {
  if (!process.getBuiltinModule("node:fs").fstatSync(1, { throwIfNoEntry: false })?.isCharacterDevice())
    return undefined;
  // /dev/null is a device, too.
  if (!process.getBuiltinModule("node:tty").isatty(1)) return undefined;
  return { columns: process.stdout.columns || usualColumns };
}
