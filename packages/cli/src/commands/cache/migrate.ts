import { homedir } from "node:os";
import path from "node:path";
import type { CommandContext } from "../../command-context.ts";
import { usageError } from "../../errors/cli-error.ts";
import { adoptAnswers, migrationTag } from "../../migration/adopt-answers.ts";
import { configuredCallers, configuredSince } from "../../migration/configured-callers.ts";
import { planMigration, type Decision } from "../../migration/plan-migration.ts";
import { findPredecessorCaches } from "../../migration/predecessor-folders.ts";
import { plural } from "../../output/quantity.ts";
import { lines, sections, table, type View } from "../../output/view.ts";

export interface MigrateInput {
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly undo: boolean;
}

/** A file of the predecessor's, and what became of it. */
interface Outcome {
  readonly file: string;
  readonly operation: string | undefined;
  readonly key: string | undefined;
  readonly adopted: boolean;
  readonly reason: string;
}

const reasons = {
  adopted: "taken over",
  known: "answered anew already",
  refused: "may be out of date: something that it depends on was changed, or it would not be kept so long",
} as const;

/** The predecessor's files are read, and stay as they are. */
export async function migrate(context: CommandContext, { from, dryRun, undo }: MigrateInput): Promise<void> {
  if (undo && (from !== undefined || dryRun)) throw usageError("--undo goes without --from and --dry-run");
  if (undo) return undoMigration(context);
  const configuration = context.opened.configuration();
  const places = from === undefined ? usualFolders(context) : [from];
  const caches = await findPredecessorCaches(places);
  const plan = planMigration(
    caches.flatMap(({ files }) => files),
    {
      callers: configuredCallers(configuration),
      now: Date.now(),
      configuredSince: configuredSince(configuration),
    },
  );
  const outcomes = await carryOut(context, plan, dryRun);
  const folders = caches.map(({ folder, files }) => ({ folder, files: files.length }));
  context.show({ folders, dryRun, entries: outcomes }, () =>
    folders.length === 0
      ? lines(`There is no cache of the predecessor's in ${places.join(" or ")}.\n`)
      : describeOutcomes(outcomes, dryRun),
  );
}

async function carryOut(
  context: CommandContext,
  plan: readonly Decision[],
  dryRun: boolean,
): Promise<readonly Outcome[]> {
  const imports = plan.flatMap((decision) => ("import" in decision ? [decision.import] : []));
  const adoptions = dryRun || imports.length === 0 ? [] : await adoptAnswers(context, imports);
  let next = 0;
  return plan.map((decision) => {
    const { path: file, content } = decision.file;
    const head = content.format === "damaged" ? { operation: undefined, key: undefined } : content;
    const named = { file, operation: head.operation, key: head.key };
    if ("skip" in decision) return { ...named, adopted: false, reason: decision.skip };
    if (dryRun) return { ...named, adopted: true, reason: "would be taken over" };
    const adoption = adoptions[next++] ?? "refused";
    return { ...named, adopted: adoption === "adopted", reason: reasons[adoption] };
  });
}

async function undoMigration(context: CommandContext): Promise<void> {
  const { manager } = await context.cache();
  const dropped = await manager.clear(migrationTag);
  context.show({ dropped }, () =>
    lines(`Dropped ${plural(dropped, "entry", "entries")} that had been taken over.\n`),
  );
}

function usualFolders(context: CommandContext): readonly string[] {
  const { variables } = context.opened.configuration().sources;
  const home = variables["HOME"] || variables["USERPROFILE"] || homedir();
  const configured = [
    context.settings.variables["AWSIDEMAN_CACHE_DIR"],
    variables["AWSIDEMAN_CACHE_FILE_DIR"],
  ].flatMap((folder) => folder || []);
  return [path.join(home, ".awsideman", "cache"), ...configured];
}

function describeOutcomes(outcomes: readonly Outcome[], dryRun: boolean): View {
  const adopted = outcomes.filter((one) => one.adopted).length;
  const verb = dryRun ? "would be taken over" : "taken over";
  return sections([
    table(
      ["Operation", "Key", "Result"],
      outcomes.map(({ operation = "", key, file, reason }) => [
        operation,
        key ?? path.basename(file),
        reason,
      ]),
    ),
    lines(
      `${adopted} of ${plural(outcomes.length, "entry", "entries")} ${verb}. The files stay as they are.\n`,
    ),
  ]);
}
