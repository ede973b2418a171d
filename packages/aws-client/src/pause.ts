import type { Clock } from "@awsideman/cache-core";

/** Resolves after so many milliseconds; rejects with the signal's reason. */
export async function pause(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const stop = clock.after(milliseconds, () => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    });
    const giveUp = (): void => {
      stop();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}
