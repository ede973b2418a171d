import { writeSync } from "node:fs";
import { CliError } from "../errors/cli-error.ts";
import { findTerminal, type Terminal } from "./terminal.ts";

/** Where a command prints to. */
export interface Output {
  /** Results. */
  print(text: string): void;
  /** What is not a result: errors, progress, what `--verbose` tells. */
  note(text: string): void;
  /** Where results are read; undefined for a pipe or a file. */
  readonly terminal?: Terminal | undefined;
}

/**
 * Writes to the process's own stdout and stderr, at once and in order. Not through `process.stdout`, which costs a
 * cached answer a tenth of its time to set up. Whoever reads may stop reading: the rest is not written then.
 */
export const processOutput: Output = {
  print: (text) => write(1, text),
  note: (text) => write(2, text),
  get terminal() {
    return findTerminal();
  },
};

const closed = new Set<number>();

function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length && !closed.has(descriptor)) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN") pause();
      else if (code === "EPIPE" || code === "EOF") closed.add(descriptor);
      else {
        // Not tried again, also not to say so: the error goes to the other one.
        closed.add(descriptor);
        if (descriptor === 1) throw new CliError(`the output cannot be written (${code})`, { cause: error });
      }
    }
  }
}

/** A pipe that is full, and that somebody has made non-blocking: its reader needs a moment. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
