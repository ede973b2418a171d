import { processOutput } from "./output.ts";
import type { Variables } from "../settings/variables.ts";

/** A terminal on stderr, whose last line can be drawn over. */
export interface Screen {
  /** How wide it is at the moment. */
  readonly columns: number;
  /** A carriage return begins the line again. */
  write(text: string): void;
}

const usualColumns = 80;

/** The terminal that stderr is; undefined for a pipe, a file, or a terminal that can only print. */
export function findScreen({ TERM }: Variables): Screen | undefined {
  if (TERM === "dumb" || !process.getBuiltinModule("node:tty").isatty(2)) return undefined;
  let isLineOpen = false;
  // Whatever ends the process, what comes next stands on a line of its own.
  process.once("exit", () => {
    if (isLineOpen) processOutput.note("\n");
  });
  return {
    get columns() {
      return process.stderr.columns || usualColumns;
    },
    write(text) {
      isLineOpen = !text.endsWith("\r");
      processOutput.note(text);
    },
  };
}
