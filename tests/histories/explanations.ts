import type { AnsweredCall, FaultKind } from "@awsideman/identity-center-sim";
import { sharedNow } from "@awsideman/cache-core/testing";
import type { Outcome } from "./messages.ts";

interface FailedCall extends AnsweredCall {
  readonly at: number;
}

const broken: readonly (FaultKind | undefined)[] = ["drop-connection", "drop-after-apply"];

/** Every call that the simulator has not answered as it should, or with an error. */
export class Explanations {
  readonly #calls = new Map<string, FailedCall[]>();

  hear(call: AnsweredCall): void {
    if (call.fault === undefined && call.error === undefined) return;
    const known = this.#calls.get(call.operation) ?? [];
    known.push({ ...call, at: sharedNow() });
    this.#calls.set(call.operation, known);
  }

  /**
   * Whether a fault that was injected explains that a read failed.
   * @param since when the first of those began that it may have shared a call with
   */
  ofRead(command: string, outcome: Outcome, since: number): boolean {
    return this.#find(command, outcome, since, (call) => call.fault !== undefined);
  }

  /** Whether a fault, or a refusal of AWS, explains that a write failed: nobody shares a write. */
  ofWrite(command: string, outcome: Outcome): boolean {
    return this.#find(command, outcome, outcome.begin, () => true);
  }

  #find(
    command: string,
    { end, error }: Outcome,
    since: number,
    fits: (call: FailedCall) => boolean,
  ): boolean {
    const calls = this.#calls.get(command) ?? [];
    return calls.some((call) => call.at >= since && call.at <= end && fits(call) && isSeenAs(call, error));
  }
}

/** What the SDK makes of what it was answered. */
function isSeenAs({ fault, error }: FailedCall, name: string | undefined): boolean {
  if (broken.includes(fault)) return name === "ECONNRESET" || name === "EPIPE";
  if (fault === "not-json") return name === "SyntaxError";
  return name !== undefined && error === name;
}
