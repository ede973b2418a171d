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
  const error = await interruptedError(context);
  const interrupted = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(error);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
  });
  const working = work(signal);
  // What it ends with then is nobody's any more.
  working.catch(() => undefined);
  return Promise.race([interrupted, working]);
}

/** With what has become of what was loaded. */
export async function interruptedError(context: CommandContext): Promise<CliError> {
  const { enabled } = await context.cache();
  const kept = asksForAll(context)
    ? "what was loaded is kept"
    : "what was loaded is kept: the next run goes on from there";
  return new CliError("interrupted", {
    advice: enabled ? kept : undefined,
    exitCode: exitCodes.interrupted,
  });
}

/** Whether the same line would begin anew the next time, whatever is kept. */
export function asksForAll({ settings }: CommandContext): boolean {
  return settings.maxAge === 0;
}
