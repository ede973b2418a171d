import type { Cache, Clock, WriteWindow } from "@awsideman/cache-core";
import type { AttemptObserver } from "./call.ts";
import type { Progress } from "./catalog/row.ts";

/**
 * Milliseconds for which what a write touches stays marked should the process die in the middle of it. While the
 * process lives, the mark is renewed.
 */
export const writeLease: number = 60_000;

/**
 * Milliseconds for which what an asynchronous operation touches stays marked when nobody sees it end. The services give
 * no limit; tools that wait for them give up after 5 to 15 minutes.
 */
export const operationLease: number = 15 * 60_000;

/**
 * Milliseconds for which a request whose fate is unknown may still be carried out: it may be waiting in a network or in
 * a queue. The SDK's own timeouts are shorter.
 */
export const longestDelay: number = 60_000;

export interface WriteWindowOptions {
  readonly cache: Cache;
  readonly clock: Clock;
  /** Milliseconds for which AWS may give the old answer after a write. */
  readonly settle: number;
  /** Names the window of an operation that has no name of its own. */
  readonly command: string;
  readonly targets: readonly string[];
  /** Whether the write may go on after its answer. */
  readonly asynchronous: boolean;
}

/**
 * A write under way. What it touches is invalidated and marked from before it leaves until its outcome is known and the
 * services have had time to agree on it. Nothing here rejects: the write goes on whatever becomes of the cache.
 */
export class PendingWrite implements AttemptObserver {
  readonly #options: WriteWindowOptions;
  readonly #lease: number;
  readonly #window: WriteWindow | undefined;
  #renewedAt: number;
  #stopRenewing: () => void = () => undefined;
  #lostAnAttempt = false;

  /** Resolves when everything is marked, and the write may leave. */
  static async begin(options: WriteWindowOptions): Promise<PendingWrite> {
    const lease = options.asynchronous ? operationLease : writeLease;
    const begun = options.clock.now();
    const window = await options.cache
      .beginWrite(options.targets, lease, { cause: options.command })
      .catch(() => undefined);
    return new PendingWrite(options, lease, begun, window);
  }

  private constructor(
    options: WriteWindowOptions,
    lease: number,
    begun: number,
    window: WriteWindow | undefined,
  ) {
    this.#options = options;
    this.#lease = lease;
    this.#window = window;
    this.#renewedAt = begun;
    this.#renewInTime();
  }

  /** Before the SDK sends the request, again or for the first time, perhaps after a long sleep of the machine. */
  async before(): Promise<void> {
    if (this.#options.clock.now() - this.#renewedAt >= this.#lease / 3) await this.#renew();
  }

  failed(error: unknown): void {
    if (!wasRefused(error)) this.#lostAnAttempt = true;
  }

  /**
   * AWS has answered.
   * @param progress whether the change is made or goes on; undefined for one that does not go on
   * @param targets what it touches besides, known from the answer
   */
  async succeeded(progress: Progress | undefined, targets: readonly string[]): Promise<void> {
    // The attempt that was lost may have begun an operation of its own, which nobody can see end.
    if (this.#lostAnAttempt && this.#options.asynchronous) return this.#handOver(undefined, targets);
    if (progress?.state === "in-progress") return this.#handOver(progress.operation, targets);
    await this.#close(this.#lostAnAttempt, targets);
  }

  /** The SDK has given up, or AWS has refused. */
  async failedWith(error: unknown): Promise<void> {
    const unknown = this.#lostAnAttempt || !wasRefused(error);
    if (unknown && this.#options.asynchronous) return this.#handOver(undefined, []);
    await this.#close(unknown, []);
  }

  async #close(unknown: boolean, targets: readonly string[]): Promise<void> {
    this.#stopRenewing();
    const { settle } = this.#options;
    await this.#window?.close(unknown ? longestDelay + settle : settle, targets).catch(() => undefined);
  }

  async #handOver(operation: string | undefined, targets: readonly string[]): Promise<void> {
    this.#stopRenewing();
    // Without a name from AWS nobody can see the operation end, and the mark stays until its time is up.
    const name = operation ?? `${this.#options.command}:${crypto.randomUUID()}`;
    await this.#window?.handOver(name, operationLease, targets).catch(() => undefined);
  }

  #renewInTime(): void {
    const renew = (): void => {
      this.#renewInTime();
      void this.#renew();
    };
    this.#stopRenewing = this.#options.clock.after(this.#lease / 3, renew, { background: true });
  }

  async #renew(): Promise<void> {
    const at = this.#options.clock.now();
    await this.#window?.renew().catch(() => undefined);
    this.#renewedAt = at;
  }
}

/**
 * Whether the error is AWS's answer that it has not done what was asked. Of anything else, a failure of the service
 * included, it is not known whether the request was or will still be carried out.
 * The services give other statuses than their model says, so only the hundreds count.
 */
export function wasRefused(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: unknown } };
  const status = $metadata?.httpStatusCode;
  // 408: the server has not heard all of the request in time, or somebody between has not.
  return typeof status === "number" && status >= 400 && status < 500 && status !== 408;
}
