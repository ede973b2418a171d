import { ServiceError, type StateHistory, type StateReplay } from "@awsideman/identity-center-sim";
import { canonical, canonicalError } from "./canonical.ts";
import type { Outcome, Request } from "./messages.ts";
import { polls } from "./read-table.ts";

/** A read that was answered. */
export interface AnsweredRead {
  readonly process: string;
  readonly request: Request;
  readonly outcome: Outcome;
  /** When the first of those began that it may have shared a call with: others of its process with the same command. */
  readonly since: number;
  /** Whether AWS may have answered with what is true, although it had not spread. */
  readonly isLoose: boolean;
}

export interface WrongAnswer {
  readonly read: AnsweredRead;
  /** What AWS would have answered when the read began, and when it ended. */
  readonly atBegin: string;
  readonly atEnd: string;
}

interface OpenRead {
  readonly read: AnsweredRead;
  /** The versions of the state that AWS itself could have answered from. */
  readonly from: number;
  readonly to: number;
  atBegin: string | undefined;
}

/**
 * Knows of every read whether AWS itself could have answered so: with what a read without a cache sees at some moment
 * between its begin and its end. Goes through the states that there were once, in order.
 */
export class AnswerChecker {
  readonly #history: StateHistory;
  readonly #replay: StateReplay;
  readonly #timeOf: (time: number) => number;
  #added: AnsweredRead[] = [];
  #open: OpenRead[] = [];

  /** @param timeOf the simulator's time at a time of a client */
  constructor(history: StateHistory, timeOf: (time: number) => number) {
    this.#history = history;
    this.#replay = history.replay();
    this.#timeOf = timeOf;
  }

  add(read: AnsweredRead): void {
    this.#added.push(read);
  }

  /**
   * Judges as many reads as can be.
   * @param until a time before which no read has begun that will still be added
   * @returns those that AWS could not have answered so
   */
  judge(until: number): WrongAnswer[] {
    const wrong: WrongAnswer[] = [];
    const horizon = this.#history.seenAt(this.#timeOf(until));
    let waiting = this.#added.map((read) => this.#toOpen(read));
    this.#added = [];
    waiting.push(...this.#open);
    for (let version = this.#replay.version; version <= horizon; version++) {
      this.#replay.advanceTo(version);
      const answers = new Map<string, string>();
      const left: OpenRead[] = [];
      for (const open of waiting) {
        if (open.from > version) {
          left.push(open);
          continue;
        }
        const answer = this.#answer(open.read.request, answers);
        open.atBegin ??= answer;
        if (answer === open.read.outcome.answer) continue;
        if (open.to <= version) wrong.push({ read: open.read, atBegin: open.atBegin, atEnd: answer });
        else left.push(open);
      }
      waiting = left;
      if (waiting.length === 0 && version < horizon) version = Math.max(version, horizon - 1);
    }
    this.#open = waiting;
    return wrong;
  }

  #toOpen(read: AnsweredRead): OpenRead {
    const seenAt = (time: number): number => this.#history.seenAt(this.#timeOf(time));
    const trueAt = (time: number): number => this.#history.trueAt(this.#timeOf(time));
    // What became of asynchronous operations is known at once.
    const isPoll = Object.hasOwn(polls, read.request.command);
    const { begin, end } = read.outcome;
    const from = isPoll ? trueAt(begin) : seenAt(begin);
    const to = isPoll || read.isLoose ? trueAt(end) : seenAt(end);
    return { read, from, to, atBegin: undefined };
  }

  #answer(request: Request, known: Map<string, string>): string {
    const { service, command, input } = request;
    const question = `${service} ${command} ${JSON.stringify(input)}`;
    let answer = known.get(question);
    if (answer === undefined) known.set(question, (answer = this.#ask(request)));
    return answer;
  }

  #ask({ service, command, input }: Request): string {
    try {
      return canonical(this.#replay.answer(command, input, service) as object);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return canonicalError(error.code, error.members);
    }
  }
}
