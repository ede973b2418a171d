import type { AuditCounts, AuditReport, EntryDifference } from "@awsideman/aws-client";
import type { CommandContext } from "../../command-context.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { exitCodes } from "../../errors/exit-code.ts";
import { formatDuration, plural } from "../../output/quantity.ts";
import { lines, sections, table, type View } from "../../output/view.ts";

export interface AuditInput {
  readonly share: string | undefined;
  readonly limit: number | undefined;
}

/** At 20 calls a second, 5 seconds. */
const defaultLimit = 100;

/**
 * Asks AWS again for some of what is cached, and tells how much of it is out of date.
 * @throws CliError when it was interrupted: what was found until then has been told
 */
export async function auditEntries(context: CommandContext, input: AuditInput): Promise<void> {
  const limit = input.limit ?? (input.share === undefined ? defaultLimit : Infinity);
  const wanted = input.share === undefined ? 1 : shareOf(input.share);
  const center = await context.identityCenter();
  const services = [center.identityStore, center.ssoAdmin, center.organizations];
  const signal = context.interruption();
  // The same chance for each entry that AWS can be asked for, whatever its service.
  let entries = 0;
  for (const service of services) entries += (await service.audit({ share: 0, signal })).seen;
  const share = entries === 0 ? 0 : Math.min(wanted, limit / entries);
  const differences: EntryDifference[] = [];
  const reports: AuditReport[] = [];
  for (const service of services) {
    if (share === 0) break;
    const onDifference = (difference: EntryDifference): void => void differences.push(difference);
    reports.push(await service.audit({ share, signal, onDifference }));
  }
  const groups = Object.fromEntries(
    reports.flatMap(({ byOperation }) =>
      Object.entries(byOperation).filter(([, { compared }]) => compared > 0),
    ),
  );
  const sum = sumOf(reports);
  context.show(
    { ...dataOf(sum), differences: differences.map(differenceData), byOperation: mapped(groups) },
    () => viewOf(sum, groups, differences),
  );
  if (signal.aborted) throw new CliError("interrupted", { exitCode: exitCodes.interrupted });
}

type Sum = Omit<AuditCounts, "skipped">;

function sumOf(reports: readonly AuditReport[]): Sum {
  const total = (name: "seen" | "compared" | "differed" | "overtaken" | "failed"): number =>
    reports.reduce((sum, report) => sum + report[name], 0);
  const stale = reports.flatMap((report) => report.stale ?? []);
  return {
    seen: total("seen"),
    compared: total("compared"),
    differed: total("differed"),
    overtaken: total("overtaken"),
    failed: total("failed"),
    stale:
      stale.length === 0
        ? undefined
        : {
            atLeast: Math.max(...stale.map(({ atLeast }) => atLeast)),
            atMost: Math.max(...stale.map(({ atMost }) => atMost)),
          },
  };
}

function dataOf({ seen, compared, differed, overtaken, failed, stale }: Sum): object {
  return { entries: seen, compared, differed, overtaken, failed, staleMilliseconds: stale ?? null };
}

function mapped(groups: Readonly<Record<string, AuditCounts>>): object {
  return Object.fromEntries(Object.entries(groups).map(([name, counts]) => [name, dataOf(counts)]));
}

function differenceData({ key, command, fields, stale }: EntryDifference): object {
  return { key, command, fields, staleMilliseconds: stale };
}

function viewOf(
  { seen, compared, differed, overtaken, failed }: Sum,
  groups: Readonly<Record<string, AuditCounts>>,
  differences: readonly EntryDifference[],
): View {
  const rest = [
    overtaken > 0 ? `${overtaken} changed meanwhile` : "",
    failed > 0 ? `${failed} could not be asked for` : "",
  ].filter((part) => part !== "");
  const outcome =
    differed === 0
      ? "all are what AWS says"
      : `${differed} differed, and ${differed === 1 ? "was" : "were"} dropped`;
  const sentence =
    compared === 0
      ? `Nothing was compared of ${plural(seen, "entry", "entries")}`
      : `Compared ${compared} of ${plural(seen, "entry", "entries")}: ${outcome}`;
  return sections([
    lines(`${[sentence, ...rest].join("; ")}.\n`),
    table(
      ["Operation", "Entries", "Compared", "Differed"],
      Object.entries(groups).map(([name, counts]) => [
        name,
        String(counts.seen),
        String(counts.compared),
        String(counts.differed),
      ]),
    ),
    table(
      ["Key", "Differs in", "Stale for at most"],
      differences.map(({ key, fields, stale }) => [key, fields.join(" "), formatDuration(stale.atMost)]),
    ),
  ]);
}

/** `0.1` or `10%`. */
function shareOf(text: string): number {
  const percent = text.endsWith("%");
  const number = Number(percent ? text.slice(0, -1) : text) / (percent ? 100 : 1);
  if (text.trim() !== "" && number > 0 && number <= 1) return number;
  throw usageError(
    `--share must be more than 0 and at most 1, or a percentage, received ${JSON.stringify(text)}`,
  );
}
