import { warmCache, type WarmKind, type WarmReport } from "@awsideman/aws-client";
import { assertKeeps } from "../../cache-status/health.ts";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { exitCodes } from "../../errors/exit-code.ts";
import { formatDuration, plural } from "../../output/quantity.ts";
import { printable } from "../../output/text.ts";
import { fields, sections, table, type View } from "../../output/view.ts";
import { asksForAll, interruptedError } from "../../until-interrupted.ts";

export interface WarmInput {
  /** None: everything. */
  readonly what: readonly WarmKind[];
  readonly budget: number | undefined;
  readonly rate: number | undefined;
}

/**
 * Loads what is likely to be read, and with `--no-cache` also what is there. Errors of AWS do not end it, but for one at the
 * very beginning.
 * @throws CliError when the cache would keep nothing, when it was interrupted, or not everything has been loaded
 */
export async function warm(context: CommandContext, { what, budget, rate }: WarmInput): Promise<void> {
  const { enabled, backend, manager } = await context.cache();
  if (!enabled) throw usageError("the cache is switched off: nothing would be kept of what is loaded");
  if (backend === "memory")
    throw usageError("a cache in memory ends with this command: nothing would be kept of what is loaded");
  await assertKeeps(manager, "warmed");
  const center = await context.identityCenter();
  const { identityStore, ssoAdmin } = center;
  const instance = await center.instance();
  const { progress } = context;
  // To find the instance may have been a call, too.
  const found = progress.calls;
  const report = await warmCache({
    identityStore,
    ssoAdmin,
    ...instance,
    ...(what.length === 0 ? {} : { what }),
    budget: {
      ...(budget === undefined ? {} : { calls: Math.max(0, budget - found) }),
      ...(rate === undefined ? {} : { callsPerSecond: rate }),
    },
    signal: context.interruption(),
    onProgress: ({ kind, done, total }) => progress.report({ what: kind, done, total }),
  });
  const whole = { ...report, calls: progress.calls };
  const problems = report.kinds.flatMap(({ problems: all }) => all);
  const isAnythingThere = report.kinds.some(({ loaded, fresh }) => loaded + fresh > 0);
  if (problems[0] !== undefined && !isAnythingThere) throw problems[0].error;
  context.show(jsonOf(whole), () => viewOf(whole));
  for (const { command, error, times } of problems)
    context.output.note(
      `awsideman: ${printable(`${command} has failed${countOf(times)}: ${textOf(error)}`)}\n`,
    );
  const error = await errorOf(context, report);
  if (error !== undefined) throw error;
}

async function errorOf(context: CommandContext, { outcome }: WarmReport): Promise<CliError | undefined> {
  const { partial: exitCode } = exitCodes;
  switch (outcome) {
    case "complete":
      return undefined;
    case "budget-spent":
      return new CliError("the budget is spent", {
        advice: asksForAll(context)
          ? "with --no-cache the next run begins anew; with --max-age 1h, say, it would go on from there"
          : "the next run goes on from there",
        exitCode,
      });
    case "aborted":
      return interruptedError(context);
    case "not-kept":
      return new CliError("the cache keeps nothing of what is loaded", {
        advice: '"awsideman cache check" says what is wrong with it',
      });
    case "incomplete":
      return new CliError("not everything could be loaded", {
        advice: "the rest is there, and is not asked for again",
        exitCode,
      });
  }
}

function viewOf({ kinds, calls, duration }: WarmReport): View {
  const rows = kinds.map(({ kind, loaded, fresh, failed, left }) => [
    kind,
    String(loaded),
    String(fresh),
    String(failed),
    left === undefined ? "unknown" : String(left),
  ]);
  return sections([
    table(["What", "Loaded", "Already there", "Failed", "Left"], rows),
    fields([
      ["Calls", String(calls)],
      ["Time", formatDuration(duration)],
    ]),
  ]);
}

function jsonOf({ outcome, calls, duration, kinds }: WarmReport): object {
  return {
    outcome,
    calls,
    durationMilliseconds: Math.round(duration),
    kinds: kinds.map(({ left = null, problems, ...kind }) => ({
      ...kind,
      left,
      problems: problems.map(({ command, error, times }) => ({ command, error: textOf(error), times })),
    })),
  };
}

function countOf(times: number): string {
  return times === 1 ? "" : ` ${plural(times, "time")}`;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? error.name : `${error.name}: ${error.message}`;
}
