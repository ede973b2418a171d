import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

export type Program = ChildProcessByStdio<null, Readable, Readable>;

/** Starts a program of `fixtures` in a process of its own, from its sources. */
export function startProgram(name: string, ...values: readonly string[]): Program {
  const file = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const line = ["--conditions=@awsideman/source", file, ...values];
  return spawn(process.execPath, line, { stdio: ["ignore", "pipe", "pipe"] });
}
