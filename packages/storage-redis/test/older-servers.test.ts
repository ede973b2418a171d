import { systemClock } from "@awsideman/cache-core";
import { expect, test } from "vitest";
import type { ServerLink } from "../src/connection/connection.ts";
import { guarded } from "../src/connection/guarded.ts";
import { readInfo } from "../src/connection/read-info.ts";
import { LedgerClient } from "../src/ledger-client.ts";
import { defaultLimits } from "../src/limits.ts";
import { isElsewhere, replyCode } from "../src/redis-error.ts";
import { keysOf } from "../src/redis-keys.ts";
import { scriptsFor } from "../src/scripts/script.ts";
import { serverTime } from "../src/scripts/server-time.ts";
import { commandsOf } from "./support/commands-of.ts";
import { sharedServer } from "./support/shared-server.ts";

const { redis } = await sharedServer();

const older: ServerLink = {
  redis,
  run: "a",
  promotion: "master since -1",
  provedAt: Infinity,
  refusesScripts: false,
};

test.for([
  ["redis_version:6.2.14", false],
  ["redis_version:7.0.0", true],
  ["redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1", true],
  ["redis_version:10.1.0", true],
  ["server_name:another", false],
] as const)("a server of %s refuses the writes of scripts: %s", ([version, refusesScripts]) => {
  const info = `# Server\r\n${version}\r\nrun_id:a\r\nrole:master\r\nsecond_repl_offset:-1\r\n`;
  expect(readInfo(info)).toEqual({ run: "a", promotion: "master since -1", refusesScripts });
});

for (const [code, setting, value, back] of [
  ["NOREPLICAS", "min-replicas-to-write", "1", "0"],
  ["READONLY", "replicaof", "127.0.0.1 1", "no one"],
] as const)
  test(`a script of an older server is not run where a command is refused with ${code}`, async () => {
    const set = (to: string): Promise<unknown> =>
      setting === "replicaof"
        ? redis.call("REPLICAOF", ...to.split(" "))
        : redis.call("CONFIG", "SET", setting, to);
    // One that writes nothing: of another, the server of these tests would think what an older one does not.
    const run = (): Promise<unknown> => redis.call("EVAL", "return 'answer'", 0);
    expect(await guarded(older, "ledger", run)).toBe("answer");
    await set(value);
    try {
      expect(await guarded({ ...older, refusesScripts: true }, "ledger", run)).toBe("answer");
      await expect(guarded(older, "ledger", run)).rejects.toThrow(code);
    } finally {
      await set(back);
    }
  });

test("every script is guarded on an older server, and on a newer one none", async () => {
  const clientFor = (refusesScripts: boolean): LedgerClient =>
    new LedgerClient({
      connection: {
        link: { ...older, refusesScripts },
        open: () => Promise.resolve(),
        abandon: () => Promise.resolve(),
        close: () => undefined,
      },
      scripts: scriptsFor(serverTime, defaultLimits),
      keys: keysOf("older"),
      limits: defaultLimits,
      time: serverTime,
      clock: systemClock,
      emit: () => undefined,
      form: "",
      problem: () => undefined,
      onNewEpoch: () => undefined,
    });
  const [old, young] = [clientFor(false), clientFor(true)];
  const { ledger } = keysOf("older");
  for (const client of [old, young]) await client.run("stamp", [ledger]);
  const sent = (client: LedgerClient): Promise<readonly string[]> =>
    commandsOf(redis, () => client.run("stamp", [ledger]));
  expect(await sent(old)).toEqual(["hdel", "evalsha"]);
  expect(await sent(young)).toEqual(["evalsha"]);
  await redis.script("FLUSH");
  expect(await sent(old)).toEqual(["hdel", "evalsha", "hdel", "eval"]);
});

test.for([
  ["READONLY You can't write against a read only replica.", "READONLY", true],
  [
    "ERR Error running script (call to f_acd1): @user_script:4: @user_script: 4: -READONLY You can't write against a read only replica.",
    "READONLY",
    true,
  ],
  [
    "ERR Error running script (call to f_acd1): @user_script:4: user_script:4: attempt to index a nil",
    "ERR",
    false,
  ],
] as const)("what a script fails with is known by its own code: %s", ([message, code, elsewhere]) => {
  const error = Object.assign(new Error(message), { name: "ReplyError" });
  expect(replyCode(error)).toBe(code);
  expect(isElsewhere(error)).toBe(elsewhere);
});
