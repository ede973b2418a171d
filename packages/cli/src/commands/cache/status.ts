import { collectStatus } from "../../cache-status/collect-status.ts";
import { statusData } from "../../cache-status/status-data.ts";
import {
  describeDetails,
  describeEntries,
  describeOperations,
  describeResources,
  summarise,
} from "../../cache-status/status-view.ts";
import type { CommandContext } from "../../command-context.ts";
import { chooseInk } from "../../output/gauge.ts";
import { sections } from "../../output/view.ts";
import { processClock } from "../../process-clock.ts";

export interface CacheStatusInput {
  readonly detailed: boolean;
  readonly recentEntries: number | undefined;
  readonly watch: boolean;
}

/** Milliseconds from one picture to the next. */
const watchInterval = 2_000;

/** Moves the cursor to the corner, and clears what is below it: nothing flickers, and what was above stays. */
const fromTheTop = "\u001b[H\u001b[J";

export async function showCacheStatus(context: CommandContext, input: CacheStatusInput): Promise<void> {
  if (!input.watch) return showOnce(context, input);
  const signal = context.interruption();
  const { terminal } = context.output;
  while (!signal.aborted) {
    if (terminal !== undefined) context.output.print(fromTheTop);
    await showOnce(context, input);
    await pause(watchInterval, signal);
  }
}

async function showOnce(
  context: CommandContext,
  { detailed, recentEntries }: CacheStatusInput,
): Promise<void> {
  const status = await collectStatus(await context.cache(), recentEntries ?? 0);
  const scope = (): { readonly namespace: string; readonly caller: string } => ({
    namespace: context.settings.namespace,
    caller: context.settings.caller(),
  });
  const ink = chooseInk(context.settings.variables);
  context.show(statusData(status, { detailed, recent: recentEntries !== undefined, scope }), () =>
    sections([
      summarise(status, ink),
      describeResources(status),
      ...(detailed ? [describeDetails(status, scope()), describeOperations(status)] : []),
      ...(recentEntries === undefined ? [] : [describeEntries(status.newest, status.now)]),
    ]),
  );
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = processClock.after(milliseconds, resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  cancel();
}
