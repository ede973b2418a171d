import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { applyEvent, type EventTargets } from "@awsideman/aws-client";
import type { CommandContext } from "../../command-context.ts";
import { CliError, notFoundError, usageError } from "../../errors/cli-error.ts";
import { plural } from "../../output/quantity.ts";
import { table } from "../../output/view.ts";
import { printable } from "../../output/text.ts";
import { invalidateForOperation, type InvalidateOperationInput } from "./invalidate-operation.ts";
import { readEvents, type EventPiece } from "./read-events.ts";

export interface InvalidateInput extends InvalidateOperationInput {
  readonly fromEvent: string | undefined;
}

/** Invalidates what an operation, or what events, make stale. */
export async function invalidate(context: CommandContext, input: InvalidateInput): Promise<void> {
  const { operation, fromEvent, dryRun } = input;
  if (fromEvent === undefined) return invalidateForOperation(context, input);
  if (operation !== undefined) throw usageError("an operation and --from-event exclude each other");
  if (dryRun) throw usageError("--dry-run goes with an operation, not with --from-event");
  await invalidateFromEvents(context, fromEvent);
}

/** Applies what can be applied, and then fails if that was not all. */
async function invalidateFromEvents(context: CommandContext, fromEvent: string): Promise<void> {
  const pieces = readEvents(await read(fromEvent));
  const { manager } = await context.cache();
  let isDeferred = false;
  manager.on("invalidation-deferred", () => (isDeferred = true));
  const applied: EventTargets[] = [];
  const apply = async (piece: EventPiece): Promise<string | undefined> => {
    if ("error" in piece) return piece.error;
    try {
      const { namespace, identityStoreId } = context.settings;
      const store = identityStoreId === undefined ? {} : { identityStoreId };
      applied.push(await applyEvent(manager, piece.value, { namespace, ...store }));
      return undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return `is no event: ${error.message}`;
    }
  };
  let failed = 0;
  for (const piece of pieces) {
    const problem = await apply(piece);
    if (problem === undefined) continue;
    failed += 1;
    context.output.note(`awsideman: ${printable(`${piece.where} ${problem}`)}\n`);
  }
  if (applied.length > 0) show(context, applied);
  if (isDeferred) throw new CliError("the invalidation could not be recorded");
  if (failed > 0) throw new CliError(`${failed} of ${plural(pieces.length, "event")} could not be applied`);
  if (pieces.length === 0) throw new CliError("there is no event to apply");
}

function show(context: CommandContext, applied: readonly EventTargets[]): void {
  context.show(
    { applied: applied.map(({ id, takenAs, targets }) => ({ id: id ?? null, takenAs, targets })) },
    () =>
      table(
        ["Event", "What", "Taken as", "Invalidated"],
        applied.map(({ id = "", takenAs, targets }) => [
          id,
          takenAs.name,
          takenAs.kind === "command" ? takenAs.command : takenAs.kind,
          targets.length === 0 ? "nothing" : targets.join(" "),
        ]),
      ),
  );
}

async function read(place: string): Promise<string> {
  if (place === "-") return text(process.stdin);
  try {
    return await readFile(place, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const name = JSON.stringify(place);
    if (code === "ENOENT") throw notFoundError(`there is no file ${name}`, undefined, error);
    throw new CliError(`the file ${name} cannot be read (${code})`, { cause: error });
  }
}
