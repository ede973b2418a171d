import { randomBytes } from "node:crypto";
import { CacheError, type Clock, type Stamp, type StorageEvent } from "@awsideman/cache-core";
import type { Connection, ServerLink } from "./connection/connection.ts";
import { guarded } from "./connection/guarded.ts";
import { SameLife } from "./connection/same-life.ts";
import { epochBytes } from "./entry-form.ts";
import type { RedisLimits } from "./limits.ts";
import { isElsewhere, replyCode, unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { momentBytes } from "./scripts/opening.ts";
import type { Script, ScriptName } from "./scripts/script.ts";
import type { ServerTime } from "./scripts/server-time.ts";

/** What a script has answered: the moment, and what else there is. */
export interface ScriptAnswer {
  readonly at: Stamp;
  readonly rest: readonly unknown[];
}

export type ScriptArgument = string | number | Buffer;

export interface LedgerClientParts {
  readonly connection: Connection;
  readonly scripts: Readonly<Record<ScriptName, Script>>;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  readonly time: ServerTime;
  readonly clock: Clock;
  readonly emit: (event: StorageEvent) => void;
  /** Names the form of names and values: a ledger of another form says nothing about what is in this one. */
  readonly form: string;
  /** Why there is no connection, where that is known. */
  readonly problem: () => string | undefined;
  /** A new epoch was begun: what is from before is of no use to anybody. */
  readonly onNewEpoch: () => void;
}

/** As long as an epoch and its kind. */
const unknownEpoch = " ".repeat(epochBytes + 1);

/** Why a ledger is not to be trusted, in words. */
const reasons: Readonly<Record<string, string>> = {
  missing: "it is not there",
  server: "it was written in another life of the server, or in another form",
  rollback: "it is behind what is known",
  "not-first": "it was begun by somebody who knew of none before",
  overgrown: "it has lost its order",
};

/** How often a script is tried: every new epoch, or another server, takes one more. */
const attempts = 4;

/**
 * Runs scripts on the server that has the ledger, and begins a new epoch where it turns out that the ledger cannot be
 * trusted. Knows the latest position that this process has seen: a ledger that is behind it has lost something.
 */
export class LedgerClient {
  readonly #parts: LedgerClientParts;
  readonly #sameLife: SameLife;
  /** Epoch and kind, see {@link lifeField}. */
  #epoch: string = unknownEpoch;
  #position = 0;
  /** The same with the server's life behind it, put together once. */
  #life = { run: "", text: "" };
  #underWay = 0;
  /** How many calls have been answered, in whatever way. */
  #answered = 0;
  #endWatch: (() => void) | undefined;
  #closed = false;

  constructor(parts: LedgerClientParts) {
    this.#parts = parts;
    this.#sameLife = new SameLife(() => parts.clock.monotonic());
  }

  close(): void {
    this.#closed = true;
    this.#endWatch?.();
  }

  /** @throws CacheError CACHE_BACKEND_UNAVAILABLE, or CACHE_CLOSED */
  async run(
    name: ScriptName,
    keys: readonly (string | Buffer)[],
    args: readonly ScriptArgument[] = [],
  ): Promise<ScriptAnswer> {
    const script = this.#parts.scripts[name];
    let moved = false;
    for (let attempt = 1; ; attempt++) {
      const link = this.link();
      const sent = this.#epoch;
      let reply: unknown;
      try {
        const all = this.#arguments(keys, [this.#lifeAt(link), this.#position, ...args]);
        reply = await this.#send(link, script, all);
        // Perhaps it is this one who is of another life: then he would begin it again and again.
        if (isOfAnotherLife(reply)) await this.#sameLife.confirm(link);
      } catch (error) {
        if (replyCode(error) === "WRONGTYPE") throw this.#foreign();
        if (moved || !isElsewhere(error)) throw unavailable(error);
        moved = true;
        await this.#parts.connection.abandon(link);
        // It could have been recorded by nobody.
        if (this.#parts.connection.link === undefined) throw unavailable(error);
        continue;
      }
      if (Buffer.isBuffer(reply)) return this.#compact(sent, reply);
      const [life, second, time, ...rest] = reply as [Buffer | null, number | Buffer, number, ...unknown[]];
      if (typeof second === "number") return { at: this.#learn(sent, life, second, time), rest };
      if (attempt >= attempts)
        throw new CacheError("CACHE_BACKEND_UNAVAILABLE", "Redis: the ledger changes all the time");
      await this.#begin(link, life?.toString("latin1") ?? "", second.toString("latin1"));
    }
  }

  /** Runs a script that takes the ledger for whatever it is, and answers in a way of its own. Rejects with what the server says. */
  ask(name: ScriptName, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    const script = this.#parts.scripts[name];
    return this.#send(this.link(), script, this.#arguments(keys, args), (_, __, run) => run());
  }

  /** Says that the ledger has proved not to be trusted: what was stored in this epoch is gone. */
  async distrust(epoch: string): Promise<void> {
    await this.#begin(this.link(), epoch, "rollback");
  }

  /** @throws CacheError when there is no server to talk to */
  link(): ServerLink {
    if (this.#closed) throw new CacheError("CACHE_CLOSED", "The storage is closed");
    const { link } = this.#parts.connection;
    if (link !== undefined) return link;
    const problem = this.#parts.problem();
    const why = problem === undefined ? "" : ` (${problem})`;
    throw new CacheError("CACHE_BACKEND_UNAVAILABLE", `Redis: not connected${why}`);
  }

  /**
   * Sends what is to be sent, with the process kept alive until there is an answer.
   * @throws CacheError when too much is under way
   */
  async send<Answer>(link: ServerLink, command: () => Promise<Answer>): Promise<Answer> {
    const { callsUnderWay } = this.#parts.limits;
    if (this.#underWay >= callsUnderWay)
      throw new CacheError(
        "CACHE_BACKEND_UNAVAILABLE",
        `Redis: more than ${callsUnderWay} calls are under way`,
      );
    const { stream } = link.redis;
    if (this.#underWay++ === 0) stream.ref();
    if (this.#endWatch === undefined) this.#watch(link);
    try {
      return await command();
    } finally {
      this.#answered++;
      if (--this.#underWay === 0) stream.unref();
    }
  }

  /** Gives a connection up on which nothing was answered for too long. One timer now and then, and none for each call. */
  #watch(link: ServerLink): void {
    const { clock, limits, connection } = this.#parts;
    const answered = this.#answered;
    const look = (): void => {
      this.#endWatch = undefined;
      if (this.#underWay === 0 || this.#closed) return;
      if (this.#answered > answered) this.#watch(link);
      else void connection.abandon(link);
    };
    this.#endWatch = clock.after(limits.silence, look, { background: true });
  }

  #arguments(keys: readonly (string | Buffer)[], args: readonly ScriptArgument[]): ScriptArgument[] {
    const all = [keys.length, ...keys, ...args];
    const { argument } = this.#parts.time;
    if (argument !== undefined) all.push(argument());
    return all;
  }

  async #send(
    link: ServerLink,
    { lua, sha, isGuarded }: Script,
    args: readonly ScriptArgument[],
    guard: typeof guarded = guarded,
  ): Promise<unknown> {
    const { ledger } = this.#parts.keys;
    const call = (name: string, script: string): Promise<unknown> => {
      const run = (): Promise<unknown> => link.redis.callBuffer(name, script, ...args);
      return this.send(link, () => this.#sameLife.during(link, isGuarded, () => guard(link, ledger, run)));
    };
    try {
      return await call("evalsha", sha);
    } catch (error) {
      if (replyCode(error) !== "NOSCRIPT") throw error;
    }
    // Not to another server than the one whose life it names.
    if (this.link() !== link)
      throw new CacheError("CACHE_BACKEND_UNAVAILABLE", "Redis: the connection was lost");
    return call("eval", lua);
  }

  #lifeAt({ run }: ServerLink): string {
    if (this.#life.run !== run) this.#life = { run, text: this.#epoch + run + this.#parts.form };
    return this.#life.text;
  }

  /** @param life null where it is the one that was sent */
  #learn(sent: string, life: Buffer | null, position: number, time: number): Stamp {
    const epoch = life === null ? sent : life.toString("latin1");
    if (epoch === this.#epoch) this.#position = Math.max(this.#position, position);
    else if (life !== null) {
      this.#epoch = epoch;
      this.#life = { run: "", text: "" };
      this.#position = position;
    }
    return { epoch: epoch.slice(0, epochBytes), position, time };
  }

  /** The answer of a script that has put all of it in one string: the moment, and what was found, if anything was. */
  #compact(sent: string, reply: Buffer): ScriptAnswer {
    const at = this.#learn(sent, null, reply.readUIntBE(0, 6), reply.readUIntBE(6, 6));
    return { at, rest: [reply.length > momentBytes ? reply.subarray(momentBytes) : null] };
  }

  /** Nothing else in a script minds what it finds. Whose it is nobody knows, so that it is not removed unasked. */
  #foreign(): CacheError {
    const { ledger } = this.#parts.keys;
    return new CacheError(
      "CACHE_BACKEND_UNAVAILABLE",
      `Redis: ${ledger} is not a ledger of the cache, which does nothing without: \`check\` with \`repair\` removes it`,
    );
  }

  async #begin(link: ServerLink, epoch: string, reason: string): Promise<void> {
    const { keys, limits, scripts, emit, onNewEpoch } = this.#parts;
    const next = randomBytes(epochBytes).toString("base64url").slice(0, epochBytes);
    const args = [this.#lifeAt(link), epoch, next, limits.quarantine];
    let reply: unknown;
    try {
      reply = await this.#send(link, scripts.begin, this.#arguments([keys.ledger, keys.feed], args));
    } catch (error) {
      throw unavailable(error);
    }
    const [, isNew, isFirst] = reply as [Buffer, number, number];
    if (isNew === 0) return;
    onNewEpoch();
    if (isFirst === 1) return;
    emit({
      type: "storage-recovered",
      message: `The ledger in Redis is begun anew, because ${reasons[reason] ?? reason}: everything is a miss`,
    });
  }
}

/** Whether a script has found that the ledger was written in another life of the server than the caller knows. */
function isOfAnotherLife(reply: unknown): boolean {
  return Array.isArray(reply) && Buffer.isBuffer(reply[1]) && reply[1].toString("latin1") === "server";
}
