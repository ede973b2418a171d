import { CliError } from "../errors/cli-error.ts";
import { classify } from "../errors/classify.ts";
import { exitCodes } from "../errors/exit-code.ts";
import type { IdentityCenter } from "../identity-center/identity-center.ts";
import type { PlannedCall } from "./planned-call.ts";
import { UncertainChange } from "./uncertain-change.ts";

/** What has become of several calls. */
export interface Sent {
  /** How many were made; the one after them failed, and none after that was made. */
  readonly sent: number;
  /**
   * @param before how many calls of the same command were made before these
   * @throws CliError when not all were made: AWS's own error where nothing was, otherwise that it is done in part
   */
  assertAll(before?: number): void;
}

/** Makes calls one after the other, up to the first that fails: AWS wants the changes of one thing in turn. */
export async function sendAll(center: IdentityCenter, calls: readonly PlannedCall[]): Promise<Sent> {
  let sent = 0;
  for (const call of calls) {
    try {
      await call.send(center);
    } catch (error) {
      return { sent, assertAll: (before = 0) => fail(error, sent + before, calls.length + before, call) };
    }
    sent += 1;
  }
  return { sent, assertAll: () => undefined };
}

function fail(error: unknown, sent: number, total: number, { command }: PlannedCall): never {
  if (sent === 0) throw error;
  const last = `${command} ${error instanceof UncertainChange ? "may be, too" : "is not"}`;
  const { message, advice } = classify(error);
  throw new CliError(`${sent} of ${total} changes are made, ${last}: ${message}`, {
    advice: error instanceof UncertainChange ? advice : undefined,
    exitCode: exitCodes.partial,
    cause: error,
  });
}
