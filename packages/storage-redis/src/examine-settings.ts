import type { CheckProblem } from "@awsideman/cache-core";

type Info = (name: string) => string | undefined;

interface Rule {
  /** What in INFO it is about. */
  readonly subject: string;
  readonly isBroken: (info: Info) => boolean;
  readonly message: (info: Info) => string;
}

const oldest = [6, 2] as const;

const rules: readonly Rule[] = [
  {
    subject: "redis_version",
    isBroken: (info) => isOlder(info("redis_version")),
    message: (info) =>
      `Redis ${info("redis_version")} is older than ${oldest.join(".")}, the oldest that will do`,
  },
  {
    subject: "maxmemory_policy",
    isBroken: (info) => info("maxmemory_policy")?.startsWith("allkeys-") ?? false,
    message: (info) =>
      `${info("maxmemory_policy")} may evict the ledger, and then everything is a miss and nothing is stored for 15 minutes: volatile-lru never does`,
  },
  {
    subject: "used_memory",
    isBroken: (info) =>
      info("maxmemory_policy") === "noeviction" &&
      Number(info("maxmemory")) > 0 &&
      Number(info("used_memory")) >= Number(info("maxmemory")),
    message: () => "memory is full, and nothing is evicted: nothing more is stored",
  },
  ...["rdb_last_bgsave_status", "aof_last_write_status"].map((subject) => ({
    subject,
    isBroken: (info: Info) => (info(subject) ?? "ok") !== "ok",
    message: () =>
      "Redis could not save its data, and may therefore take no invalidations and answer no reads",
  })),
  {
    subject: "min_slaves_good_slaves",
    isBroken: (info) => Number(info("connected_slaves")) > 0 && info("min_slaves_good_slaves") === undefined,
    message: () =>
      "without min-replicas-to-write a master that was replaced by its replica goes on answering, and what is invalidated there is lost",
  },
];

/** What in the set-up of a server, as INFO tells it, may do harm. */
export function examineSettings(text: string): readonly CheckProblem[] {
  const info: Info = (name) => new RegExp(`^${name}:(\\S+)`, "m").exec(text)?.[1];
  return rules
    .filter(({ isBroken }) => isBroken(info))
    .map(({ subject, message }) => ({ kind: "settings", subject, message: message(info), repaired: false }));
}

/** One that says nothing is not. */
function isOlder(version = "?"): boolean {
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  return major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
}
