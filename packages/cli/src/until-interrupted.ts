import type { CommandContext } from "./command-context.ts";
import { CliError } from "./errors/cli-error.ts";
import { exitCodes } from "./errors/exit-code.ts";

/**
 * Does what may take long. Where it is interrupted, the command ends at once, and says what has become of what was loaded.
 * @param work should stop asking once the signal is aborted
 * @throws CliError when it is interrupted
 */
export async function untilInterrupted<Result>(
  context: CommandContext,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const signal = context.interruption();
  const { enabled } = await context.cache();
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(interruptedError(enabled));
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
  });
  const working = work(signal);
  // What it ends with then is nobody's any more.
  working.catch(() => undefined);
  return Promise.race([interrupted, working]);
}

/** @param isKept whether what was loaded is in the cache */
export function interruptedError(isKept: boolean): CliError {
  return new CliError("interrupted", {
    advice: isKept ? "what was loaded is kept: the next run goes on from there" : undefined,
    exitCode: exitCodes.interrupted,
  });
}
