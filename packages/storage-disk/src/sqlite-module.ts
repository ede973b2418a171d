import type * as sqlite from "node:sqlite";
import { CacheError } from "@awsideman/cache-core";

type SqliteModule = typeof sqlite;

/**
 * The first SQLite in which connections that write and checkpoint at the same time cannot lose committed data, see
 * https://sqlite.org/wal.html#walresetbug. A lost invalidation would be a stale answer, so there is no way around it.
 */
const oldestVersion = "3.51.3";

let loaded: SqliteModule | undefined;

/**
 * Loads `node:sqlite` when it is first needed, without the warning about it on Node 22.
 * @throws CacheError when this Node has none, or one that can lose data
 */
export function loadSqlite(): SqliteModule {
  if (loaded !== undefined) return loaded;
  assertSqliteVersion(process.versions["sqlite"]);
  // oxlint-disable-next-line typescript/unbound-method -- it is put back, and called with its own this
  const { emitWarning } = process;
  // All in one synchronous stretch: no other warning can be lost.
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const [first] = rest;
    const type = typeof first === "object" && first !== null && "type" in first ? first.type : first;
    if (type === "ExperimentalWarning" && String(warning).startsWith("SQLite")) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    loaded = process.getBuiltinModule("node:sqlite");
  } finally {
    process.emitWarning = emitWarning;
  }
  return loaded;
}

/** Throws unless `version` is one that the disk storage can rely on. */
export function assertSqliteVersion(version: string | undefined): void {
  if (version !== undefined && !isOlder(version, oldestVersion)) return;
  throw new CacheError(
    "CACHE_BACKEND_UNAVAILABLE",
    `The disk storage needs SQLite ${oldestVersion} or newer, as in Node 22.22.3 and 24.15; this Node has ${version ?? "none"}`,
  );
}

function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (const [index, number] of right.entries()) {
    const difference = (left[index] ?? 0) - number;
    if (difference !== 0) return difference < 0;
  }
  return false;
}
