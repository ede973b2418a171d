import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { findRedisServer, serverName } from "../packages/storage-redis/test/support/find-redis-server.ts";

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The versions of everything that takes part, as installed; SQLite's besides. */
export function versions(): Readonly<Record<string, string>> {
  const names = Object.keys(manifestOf(import.meta.dirname).dependencies ?? {});
  const found = names.map((name) => [name, versionOf(name)] as const);
  return {
    ...Object.fromEntries(found),
    sqlite: process.versions["sqlite"] ?? "none",
    redis: redisVersion(),
  };
}

/** Of the server that is started for each benchmark of Redis; Valkey says so. */
function redisVersion(): string {
  try {
    const options = { argv0: serverName, encoding: "utf8" } as const;
    const said = spawnSync(findRedisServer(), ["--version"], options);
    return /^(\w+) server v=(\S+)/.exec(said.stdout)?.slice(1).join(" ") ?? "unknown";
  } catch {
    return "not installed";
  }
}

function versionOf(name: string): string {
  const folder = path.join(import.meta.dirname, "node_modules", name);
  return existsSync(folder) ? manifestOf(folder).version : "not installed";
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Manifest;
}
