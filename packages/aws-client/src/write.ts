import type { Call, Output } from "./call.ts";
import type { AnyWriteRow, Fields } from "./catalog/row.ts";
import { everything } from "./catalog/tag.ts";
import { copyData } from "./copy.ts";
import type { ExecutionContext } from "./execution-context.ts";
import type { Membership } from "./membership-index.ts";
import { PendingWrite } from "./write-window.ts";

/**
 * Sends a command that changes something. What it touches is invalidated before it leaves and again when it is
 * answered, also when the answer is an error; the answer itself is AWS's own.
 */
export async function write(context: ExecutionContext, row: AnyWriteRow, call: Call): Promise<Output> {
  const { input, targets } = await understand(context, row, call);
  const pending = await PendingWrite.begin({
    cache: context.shared,
    clock: context.options.clock,
    settle: context.options.settle,
    command: call.command,
    targets,
    asynchronous: row.progress !== undefined,
  });
  let output: Output;
  try {
    const abortSignal = call.signal === undefined ? {} : { abortSignal: call.signal };
    output = await call.send(input, { ...abortSignal, attempts: pending });
  } catch (error) {
    await pending.failedWith(error);
    throw error;
  }
  await pending.succeeded(
    attempt(() => row.progress?.(output, input), inProgress),
    touched(row, output, input),
  );
  const created = attempt(() => row.created?.(output, input), undefined);
  if (created !== undefined) await context.memberships.remember([created]);
  return output;
}

/** What cannot be told is taken to go on. */
const inProgress = { state: "in-progress", operation: undefined } as const;

interface Understood {
  /** As it was when the call was made, as far as it can be copied. */
  readonly input: Fields;
  readonly targets: readonly string[];
}

async function understand(context: ExecutionContext, row: AnyWriteRow, call: Call): Promise<Understood> {
  let input = call.input;
  try {
    input = copyData(call.input);
    return { input, targets: row.stale(input, await findMembership(context, row, input)) };
  } catch (error) {
    context.tell({ type: "unusual-input", service: context.service, command: call.command, error });
    return { input, targets: [everything] };
  }
}

async function findMembership(
  context: ExecutionContext,
  row: AnyWriteRow,
  input: Fields,
): Promise<Membership | undefined> {
  const reference = row.membership?.(input);
  if (reference === undefined) return undefined;
  return context.memberships.find(reference).catch(() => undefined);
}

function touched(row: AnyWriteRow, output: Output, input: Fields): readonly string[] {
  // An answer that does not name what it made: nothing can have been cached of it.
  return attempt(() => row.staleAfter?.(output, input), undefined) ?? [];
}

function attempt<Result, Otherwise>(action: () => Result, otherwise: Otherwise): Result | Otherwise {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
