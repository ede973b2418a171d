import { closeSync, openSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { createDatabase, openDatabase } from "../../src/database.ts";
import type { Fill } from "../../src/entry-table.ts";
import { temporaryDirectory } from "./harness.ts";

/** The database of a new generation, closed when the test is over. */
export function newDatabase(epoch = "epoch"): DatabaseSync {
  const file = path.join(temporaryDirectory(), "data.db");
  closeSync(openSync(file, "wx", 0o600));
  createDatabase(file, epoch, 0);
  const database = openDatabase(file, epoch, 100_000);
  onTestFinished(() => database.close());
  return database;
}

/** What could be stored in it: by default a load that began at the very beginning. */
export function someFill(
  id: string,
  header: Partial<Fill["header"]> = {},
  value = Buffer.from("value"),
): Fill {
  const times = { stamp: 0, began: 0, expires: 60_000, stale: 60_000 };
  return { header: { id, ...times, size: 100, tags: '["*"]', ...header }, value };
}
