import type { Call, Output } from "./call.ts";
import type { AnyPollRow } from "./catalog/row.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { loadThrough, notKept } from "./load-through.ts";
import { understand } from "./question.ts";

/**
 * Answers the question what has become of an operation. AWS is asked until the operation has ended; that is kept, and
 * the end of it ends the operation's mark, wherever in the cache's reach it was made.
 */
export async function poll(context: ExecutionContext, { single }: AnyPollRow, call: Call): Promise<Output> {
  const asked = single === undefined ? undefined : understand(context, single.key, call);
  if (single === undefined || asked === undefined) return call.pass();
  const { input, key } = asked;
  const operation = single.operation(input);

  const settleIfFinished = async (output: Output): Promise<boolean> => {
    const finished = single.finished(output);
    if (finished)
      await context.shared
        .settle(operation, context.options.settle, { cause: call.command })
        .catch(() => undefined);
    return finished;
  };

  const cache = context.own ?? (await context.resolveOwn());
  if (cache === undefined) {
    const output = await call.pass();
    await settleIfFinished(output);
    return output;
  }
  return loadThrough(cache, key, call, {
    context,
    async load({ signal }) {
      const output = await call.send(input, { abortSignal: signal });
      const finished = await settleIfFinished(output);
      const ttl = context.options.ttl(call.command, "operation");
      return { output, keeping: finished ? { ttl, tags: [] } : notKept };
    },
  });
}
