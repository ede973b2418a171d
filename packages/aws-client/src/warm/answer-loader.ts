import type { Clock } from "@awsideman/cache-core";
import { isAbsence } from "../absence.ts";
import type { CallOptions } from "../cached-service.ts";
import type { Output } from "../call.ts";
import type { Fields } from "../catalog/row.ts";
import { cacheMetadata } from "../metadata.ts";
import { pause } from "../pause.ts";
import { isRefusal } from "../quota.ts";
import { BudgetSpentError, type CallBudget } from "./call-budget.ts";
import type { Tally } from "./tally.ts";

/** The services that have something to be loaded in advance. */
export type WarmService = "identitystore" | "sso-admin";

/** A cached service whose commands are known at run time only. */
export interface AnyService {
  call(command: string, input: Fields, options: CallOptions): Promise<Output>;
  has(command: string, input: Fields): Promise<boolean>;
}

export interface LoaderOptions {
  readonly services: Readonly<Record<WarmService, AnyService>>;
  readonly budget: CallBudget;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  /** Told after every answer. */
  readonly answered: () => void;
}

interface Answered {
  readonly output: Output;
  /** False: it was there, or somebody else has just asked for it. */
  readonly isLoaded: boolean;
}

/** AWS was asked and is not there: the answer is one that has expired. */
class StaleAnswerError extends Error {
  override readonly name: string = "StaleAnswerError";

  constructor() {
    super("AWS cannot be asked at the moment, and what there is has expired");
  }
}

/** When so many answers in a row are loaded and not kept, there is no use in it. */
const mostUnkept = 20;
/** A command that has failed so many times, and has not been answered in between, is not asked any more. */
const mostFailures = 5;
/** Milliseconds before AWS is asked again that was asked too much, also after the attempts of the SDK; doubles each time. */
const firstPause = 1_000;
const mostPauses = 5;

/**
 * Has answers loaded that are not in the cache, behind everybody else and within the budget. It never rejects: what
 * happens is in the tally. Once the budget is spent, or the signal aborted, nothing is asked any more.
 */
export class AnswerLoader {
  /** Requests that AWS has got. */
  calls = 0;
  /** Why nothing is asked any more. */
  stopped: "budget-spent" | "aborted" | "not-kept" | undefined;
  readonly #options: LoaderOptions;
  /** Answers in a row that were loaded and not kept. */
  #unkept = 0;
  /** By command: failures in a row, and the first of them. */
  readonly #failures = new Map<string, { readonly error: unknown; inRow: number }>();

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Resolves with an answer, or undefined: there is none, or it has not been asked for. */
  async one(tally: Tally, service: WarmService, command: string, input: Fields): Promise<Output | undefined> {
    if (this.stopped !== undefined) return undefined;
    const failures = this.#failures.get(command);
    if (failures !== undefined && failures.inRow >= mostFailures) {
      this.#failed(tally, command, failures.error);
      return undefined;
    }
    try {
      const { output, isLoaded } = await this.#patiently(service, command, input);
      if (isLoaded) {
        tally.loaded();
        await this.#lookAfter(service, command, input);
      } else tally.fresh();
      this.#failures.delete(command);
      this.#options.answered();
      return output;
    } catch (error) {
      if (this.#options.signal?.aborted) this.stopped = "aborted";
      else if (error instanceof BudgetSpentError) this.stopped = "budget-spent";
      else this.#failed(tally, command, error);
      return undefined;
    }
  }

  /** The pages of a list, as far as they can be had; returns whether that is all. Every page but the first adds to the total. */
  async *pages(
    tally: Tally,
    service: WarmService,
    command: string,
    input: Fields,
  ): AsyncGenerator<Output, boolean, undefined> {
    let next = input;
    for (;;) {
      const page = await this.one(tally, service, command, next);
      if (page === undefined) return false;
      const { NextToken } = page;
      if (NextToken) tally.total++;
      yield page;
      if (!NextToken) return true;
      next = { ...input, NextToken };
    }
  }

  #failed(tally: Tally, command: string, error: unknown): void {
    tally.failed(command, error);
    const failures = this.#failures.get(command);
    if (failures === undefined) this.#failures.set(command, { error, inRow: 1 });
    else failures.inRow++;
    this.#options.answered();
  }

  /** Takes note of whether what was loaded is kept. Of a list, all pages are where the first one is. */
  async #lookAfter(service: WarmService, command: string, input: Fields): Promise<void> {
    const { NextToken: _, ...first } = input;
    if (await this.#options.services[service].has(command, first)) this.#unkept = 0;
    else if (++this.#unkept >= mostUnkept) this.stopped ??= "not-kept";
  }

  async #patiently(service: WarmService, command: string, input: Fields): Promise<Answered> {
    const { clock, signal } = this.#options;
    for (let pauses = 0; ; pauses++) {
      try {
        return await this.#load(service, command, input);
      } catch (error) {
        if (!isRefusal(error) || pauses === mostPauses) throw error;
        await pause(clock, firstPause * 2 ** pauses, signal);
      }
    }
  }

  async #load(service: WarmService, command: string, input: Fields): Promise<Answered> {
    const { services, budget, signal } = this.#options;
    // Paid for before it begins, because whoever then wants the same waits for whatever it waits for. A page after the
    // first cannot be looked for, and is paid for when it turns out that it is not there.
    let isPaid = false;
    if (input["NextToken"] === undefined && !(await services[service].has(command, input))) {
      await budget.take(signal);
      isPaid = true;
    }
    let isLoaded = false;
    const beforeRequest = async (flight: AbortSignal | undefined): Promise<void> => {
      if (!isPaid) await budget.take(flight);
      isPaid = false;
      isLoaded = true;
      this.calls++;
    };
    const abortSignal = signal === undefined ? {} : { abortSignal: signal };
    try {
      const output = await services[service].call(command, input, {
        ...abortSignal,
        background: true,
        beforeRequest,
      });
      if (cacheMetadata(output)?.source === "stale") throw new StaleAnswerError();
      return { output, isLoaded };
    } catch (error) {
      if (!isAbsence(error)) throw error;
      // That there is none is an answer, and kept as one.
      return { output: { $metadata: {} }, isLoaded };
    } finally {
      if (isPaid) budget.giveBack();
    }
  }
}
