import type { CheckOptions, CheckProblem, CheckReport, Clock } from "@awsideman/cache-core";
import type { ServerLink } from "./connection/connection.ts";
import { decodeEntry, entryVersion } from "./entry-form.ts";
import { examineSettings } from "./examine-settings.ts";
import type { KeyScan } from "./key-scan.ts";
import type { LedgerClient } from "./ledger-client.ts";
import { newOwner } from "./load-leases.ts";
import type { RedisLimits } from "./limits.ts";
import { isRefused, replyCode, unavailable } from "./redis-error.ts";
import type { RedisKeys } from "./redis-keys.ts";

export interface CheckerParts {
  readonly ledger: LedgerClient;
  readonly keys: RedisKeys;
  readonly limits: RedisLimits;
  readonly scan: KeyScan;
  readonly clock: Clock;
  readonly replicasToAck: number;
}

interface LedgerState {
  readonly epoch: string | undefined;
  readonly position: number;
}

/** Entries may be large: few are looked at in one go. */
const entriesAtOnce = 16;
const mostProblems = 1_000;
/** How far back the feed is held against the ledger. */
const items = 100;

/** Looks at the server, at the ledger, and at as many entries as there is time for. */
export class Checker {
  readonly #parts: CheckerParts;
  readonly #isRepairing: boolean;
  /** A key that nobody else uses. */
  readonly #scratch: string;
  /** By what they are of: a right may be missed more than once. */
  readonly #problems = new Map<string, CheckProblem>();

  constructor(parts: CheckerParts, { repair = false }: CheckOptions = {}) {
    this.#parts = parts;
    this.#isRepairing = repair;
    this.#scratch = parts.keys.scratch + newOwner();
  }

  /**
   * Ends by itself after `checkPatience`, or when `entriesToCheck` were seen.
   * @throws CacheError CACHE_BACKEND_UNAVAILABLE when there is no server that answers
   */
  async check(): Promise<CheckReport> {
    const { ledger, clock, limits } = this.#parts;
    const until = clock.monotonic() + limits.checkPatience;
    const link = ledger.link();
    this.#take(...examineSettings(await this.#ask(link, () => link.redis.info())));
    await this.#tryCommands(link);
    const state = await this.#checkLedger();
    await this.#allowed("unlink", () => this.#ask(link, () => link.redis.unlink(this.#scratch)));
    const entries = state === undefined ? 0 : await this.#checkEntries(link, state, until);
    return { entries, problems: [...this.#problems.values()] };
  }

  /** Those that are not sent by scripts. They change nothing that is used. */
  async #tryCommands(link: ServerLink): Promise<void> {
    const { replicasToAck } = this.#parts;
    const { redis } = link;
    const commands: Readonly<Record<string, () => Promise<unknown>>> = {
      xread: () => redis.xread("COUNT", 1, "STREAMS", this.#scratch, "0"),
      hincrbyfloat: () => redis.hincrbyfloat(this.#scratch, "a", 1),
      hgetall: () => redis.hgetall(this.#scratch),
      ...(replicasToAck > 0 ? { wait: () => redis.wait(0, 1) } : {}),
    };
    for (const [name, run] of Object.entries(commands)) await this.#allowed(name, () => this.#ask(link, run));
  }

  /** Undefined where it may not be looked at. */
  async #checkLedger(): Promise<LedgerState | undefined> {
    const { ledger, keys } = this.#parts;
    const reply = await this.#allowed("evalsha", () =>
      ledger.ask(
        "check",
        [keys.ledger, keys.feed, this.#scratch],
        [items, this.#isRepairing ? "repair" : ""],
      ),
    );
    if (reply === undefined) return undefined;
    const [epoch, position, refused, wrong] = reply as [Buffer | null, number, Buffer[], Buffer[]];
    for (const name of refused) this.#take(refusal(name.toString().toLowerCase(), "in scripts"));
    const isBlind = refused.some((name) => name.toString() === "GET");
    const repaired = this.#isRepairing;
    for (const message of wrong)
      this.#take({ kind: "ledger", subject: keys.ledger, message: message.toString(), repaired });
    if (isBlind) return undefined;
    return { epoch: wrong.length > 0 ? undefined : epoch?.toString("latin1"), position };
  }

  async #checkEntries(link: ServerLink, state: LedgerState, until: number): Promise<number> {
    const { scan, clock, limits } = this.#parts;
    // Redis may show a key twice.
    const seen = new Set<string>();
    await this.#allowed("scan", async () => {
      for await (const found of scan.pages()) {
        const fresh = found.filter((key) => !seen.has(key.toString("latin1")));
        for (let first = 0; first < fresh.length; first += entriesAtOnce) {
          const keys = fresh.slice(first, first + entriesAtOnce).slice(0, limits.entriesToCheck - seen.size);
          await Promise.all(keys.map((key) => this.#checkEntry(link, key, state)));
          for (const key of keys) seen.add(key.toString("latin1"));
          if (seen.size >= limits.entriesToCheck || clock.monotonic() >= until) return;
        }
        if (clock.monotonic() >= until) return;
      }
    });
    return seen.size;
  }

  async #checkEntry(link: ServerLink, key: Buffer, state: LedgerState): Promise<void> {
    const { keys } = this.#parts;
    const id = key.toString().slice(keys.entries.length);
    const wrong = wrongIn(id, await this.#form(link, key), state);
    if (wrong === undefined) return;
    const repaired = this.#isRepairing && (await this.#remove(link, key));
    this.#take({ kind: "entry", subject: id, message: wrong, repaired });
  }

  /** Null where there is nothing, undefined where there is something else. */
  async #form(link: ServerLink, key: Buffer): Promise<Buffer | null | undefined> {
    try {
      return await this.#parts.ledger.send(link, () => link.redis.getBuffer(key));
    } catch (error) {
      if (replyCode(error) === "WRONGTYPE") return undefined;
      throw error;
    }
  }

  async #remove(link: ServerLink, key: Buffer): Promise<boolean> {
    await this.#ask(link, () => link.redis.unlink(key));
    return true;
  }

  async #ask<Answer>(link: ServerLink, command: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#parts.ledger.send(link, command);
    } catch (error) {
      throw isRefused(error) ? error : unavailable(error);
    }
  }

  /** Undefined where the user may not: that is a problem of its own. */
  async #allowed<Answer>(command: string, action: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await action();
    } catch (error) {
      if (!isRefused(error)) throw unavailable(error);
      this.#take(refusal(command, (error as Error).message));
      return undefined;
    }
  }

  #take(...problems: readonly CheckProblem[]): void {
    for (const problem of problems) {
      const { kind, subject, message } = problem;
      const name = kind === "permissions" ? subject : JSON.stringify([kind, subject, message]);
      if (this.#problems.size < mostProblems && !this.#problems.has(name)) this.#problems.set(name, problem);
    }
  }
}

function refusal(command: string, why: string): CheckProblem {
  const message = `its user may not do this, and has to: ${why}`;
  return { kind: "permissions", subject: command, message, repaired: false };
}

/** What is wrong with what is stored under a name, if anything is. */
function wrongIn(id: string, form: Buffer | null | undefined, state: LedgerState): string | undefined {
  if (form === undefined) return "something else has its name";
  // It has gone meanwhile, or is of a version that is not ours to judge.
  if (form === null || (form[0] !== undefined && form[0] !== entryVersion)) return undefined;
  const decoded = decodeEntry(id, form);
  if (decoded.state === "damaged") return "what is stored is not what was written";
  const { epoch, position } = decoded.entry.stamp;
  if (epoch === state.epoch && position > state.position)
    return "it is ahead of the ledger, which was turned back";
  return undefined;
}
