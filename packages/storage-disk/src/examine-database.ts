/** What is wrong with a database as a whole, in words. */
export interface Examination {
  readonly storage: readonly string[];
  readonly ledger: readonly string[];
  readonly leftovers: readonly string[];
}

/**
 * In a thread of its own, because SQLite looks at a whole database in one go. As text, because it must be found in a
 * bundle, too.
 */
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { DatabaseSync } = require("node:sqlite");
  let database;
  const report = { storage: [], ledger: [], leftovers: [] };
  const lines = (list, sql) => {
    for (const row of database.prepare(sql).all()) list.push(String(Object.values(row)[0]));
  };
  try {
    database = new DatabaseSync(workerData.file, { readOnly: true, timeout: 5000 });
    lines(report.storage, "pragma integrity_check");
    report.storage = report.storage.filter((line) => line !== "ok");
    lines(report.ledger, "select 'its numbers are damaged' from meta where guard <> 3 * position + 5 * floor + 7 * quiet");
    lines(report.ledger, "select 'its numbers are missing' where not exists (select 1 from meta)");
    lines(report.ledger, "select 'ahead of its position: ' || tag from ledger, meta where last > position limit 100");
    lines(report.ledger, "select 'ahead of its position: ' || pattern from pattern, meta where last > position limit 100");
    lines(report.leftovers, "select count(*) || ' uses of entries that are gone' from used u where not exists (select 1 from entry e where e.row = u.row) having count(*) > 0");
  } catch (error) {
    // That others are in the way says nothing about the database.
    if ((error.errcode & 255) === 5) throw error;
    report.storage.push(error.message);
  } finally {
    database?.close();
  }
  parentPort.postMessage(report);
`;

/**
 * Looks at a whole database: its pages, its indexes, and whether the numbers of the ledger can be. Rejects when it is
 * locked.
 */
export async function examineDatabase(file: string): Promise<Examination> {
  // Loaded when it is needed: it takes 2 ms, and hardly any process ever examines anything.
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  const worker = new Worker(program, {
    eval: true,
    workerData: { file },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("The examination ended without a result")));
  });
}
