import type { Cache } from "@awsideman/cache-core";
import type { Output } from "../call.ts";
import { cacheMetadata } from "../metadata.ts";
import type { Question } from "../question.ts";
import type { Audit } from "./audit.ts";

/** Answers as it is answered, and tells the audit if that was a hit. */
export async function auditHit(
  audit: Audit,
  cache: Cache,
  question: Question,
  answered: Promise<Output>,
): Promise<Output> {
  try {
    const output = await answered;
    if (cacheMetadata(output)?.source === "cache") tell(audit, cache, question);
    return output;
  } catch (error) {
    // That something is not there is an answer, too.
    const { $metadata } = (error ?? {}) as { readonly $metadata?: object };
    if ($metadata && cacheMetadata({ $metadata })?.source === "cache") tell(audit, cache, question);
    throw error;
  }
}

function tell(audit: Audit, cache: Cache, { context, key, call, input }: Question): void {
  const { command } = call;
  const ask = (signal: AbortSignal): Promise<Output> =>
    call.send(input, { abortSignal: signal, detached: true });
  audit.hit({ context, cache, key, command, ask });
}
