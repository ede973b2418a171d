import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { bin, type Terminal } from "./terminal.ts";

/** What somebody at a terminal has seen. */
export interface Seen {
  readonly code: number | null;
  /** As the terminal gets it: lines end with `\r\n`. */
  readonly text: string;
}

export interface PseudoTerminalOptions {
  readonly columns?: number;
  readonly variables?: Readonly<Record<string, string>>;
  /** Is pressed once, when there is something to be seen, or something has happened. */
  readonly press?: { readonly keys: string; readonly when: RegExp | Promise<unknown> };
  /** Is told what there is to be seen, each time that it becomes more. */
  readonly look?: (text: string) => void;
}

export const controlC = "\u0003";

/** `script` of util-linux, which other systems have not; undefined where there is none. */
export const script: string | undefined = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .map((folder) => path.join(folder, "script"))
  .find((file) => process.platform === "linux" && isExecutable(file));

/** Runs `awsideman` in a terminal, for stdin, stdout and stderr. */
export async function runInPseudoTerminal(
  terminal: Terminal,
  { columns = 80, variables = {}, press, look }: PseudoTerminalOptions,
  ...line: readonly string[]
): Promise<Seen> {
  const words = [process.execPath, "--conditions=@awsideman/source", bin, ...line];
  const command = `stty cols ${columns}; exec ${words.map((word) => `'${word}'`).join(" ")}`;
  const child = spawn(script as string, ["-qefc", command, "/dev/null"], {
    cwd: terminal.home,
    env: { ...terminal.variables, TERM: "xterm", SHELL: "/bin/sh", ...variables },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  let isPressed = press === undefined;
  const pressKeys = (): void => {
    if (isPressed) return;
    isPressed = true;
    child.stdin.write(press?.keys);
  };
  const when = press?.when;
  if (!(when instanceof RegExp)) void when?.then(pressKeys);
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    if (when instanceof RegExp && when.test(text)) pressKeys();
    look?.(text);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, text };
}

/** What stands on a screen in the end: a carriage return begins a line again. */
export function linesOf(text: string): readonly string[] {
  return text.split("\n").map((line) => {
    let shown = "";
    let column = 0;
    for (const character of line) {
      if (character === "\r") {
        column = 0;
        continue;
      }
      shown = shown.slice(0, column) + character + shown.slice(column + 1);
      column++;
    }
    return shown.trimEnd();
  });
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
