import type { Call, Output } from "./call.ts";
import type { AnyKeyFront, AnyReadRow, Fields } from "./catalog/row.ts";
import { createCommandKey } from "./command-key.ts";
import { copyData } from "./copy.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { notKept, type Keeping } from "./load-through.ts";

/** A call to be answered through the cache. */
export interface Question {
  readonly context: ExecutionContext;
  readonly call: Call;
  readonly row: AnyReadRow;
  /** As it was when the call was made; nobody else has it. */
  readonly input: Fields;
  readonly key: string;
}

/** Sends it past the cache, and learns from the answer nevertheless. */
export async function pass(question: Question): Promise<Output> {
  const output = await question.call.pass();
  await learn(question, output);
  return output;
}

/** Remembers the memberships that an answer tells of. Never rejects. */
export async function learn({ context, row, input }: Question, output: Output): Promise<void> {
  try {
    const memberships = row.memberships?.(output, input) ?? [];
    if (memberships.length > 0) await context.memberships.remember(memberships);
  } catch {
    // An answer of another shape teaches nothing.
  }
}

/** Whether and how an answer is kept: what it depends on, if that can be told. */
export function keepingOf(
  {
    context,
    row,
    call,
    input,
  }: Pick<Question, "context" | "row" | "input"> & { call: Pick<Call, "command"> },
  output: Fields,
): Keeping {
  try {
    if (row.stable?.(output) === false) return notKept;
    const paged = Boolean(output["NextToken"]) || input["NextToken"] != null;
    const besides = paged ? row.pageTags?.(input) : row.outputTags?.(output);
    const tags = [...new Set([...row.tags(input), ...(besides ?? [])])];
    return { ttl: context.options.ttl(call.command, row.lifetime), tags };
  } catch (error) {
    context.tell({ type: "unusual-input", service: context.service, command: call.command, error });
    return notKept;
  }
}

/** Whether and how it is kept that what was asked for is not there. */
export function keepingOfAbsence({ context, row, call, input }: Question): Keeping {
  try {
    if (row.absence === undefined) return notKept;
    const tags = [...new Set([...row.tags(input), ...row.absence(input)])];
    const lifetime = row.absenceLifetime ?? "absence";
    // Who is told that nothing is there may well make it: he had better hear that AWS cannot be asked.
    return { ttl: context.options.ttl(call.command, lifetime), tags, mayBeStale: lifetime !== "absence" };
  } catch (error) {
    context.tell({ type: "unusual-input", service: context.service, command: call.command, error });
    return notKept;
  }
}

/**
 * Takes a copy of the input and makes its key, at once: the SDK's paginators change their input between pages.
 * @returns undefined when the input has no key
 */
export function understand(
  context: ExecutionContext,
  front: AnyKeyFront,
  call: Pick<Call, "command" | "input">,
): { readonly input: Fields; readonly key: string } | undefined {
  try {
    const input = copyData(call.input);
    return { input, key: createCommandKey(front, input) };
  } catch (error) {
    context.tell({ type: "unusual-input", service: context.service, command: call.command, error });
    return undefined;
  }
}
