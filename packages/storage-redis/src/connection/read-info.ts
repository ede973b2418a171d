import type { ServerLink } from "./connection.ts";

/**
 * Reads what INFO says: the life of a server as master, or why it cannot be used. A master that became a replica and was
 * promoted again is the same process, but may lack what it had before: the offset at which it was promoted tells the
 * difference.
 */
export function readInfo(info: string): Omit<ServerLink, "redis" | "provedAt"> | string {
  const read = fieldsOf(info);
  const [run, promoted] = [read("run_id"), read("second_repl_offset")];
  if (read("loading") === "1") return "Redis is still loading its data";
  if (read("role") !== "master") return "Redis is a replica here, and takes no invalidations";
  if (run === undefined) return "INFO of Redis does not tell its run_id: it cannot be used";
  return {
    run: promoted === undefined || promoted === "-1" ? run : `${run}+${promoted}`,
    promotion: readPromotion(info),
    // Valkey tells the version of Redis that it is like.
    refusesScripts: Number.parseInt(read("redis_version") ?? "", 10) >= 7,
  };
}

/** The part of it that changes while the process goes on: what `INFO replication` says, too. */
export function readPromotion(info: string): string {
  const read = fieldsOf(info);
  return `${read("role")} since ${read("second_repl_offset")}`;
}

function fieldsOf(info: string): (name: string) => string | undefined {
  return (name) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
}
