import type { Cache } from "@awsideman/cache-core";
import { auditHit } from "./audit/audit-hit.ts";
import type { Call, Output } from "./call.ts";
import type { AnyReadRow } from "./catalog/row.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { loadThrough } from "./load-through.ts";
import { keepingOf, keepingOfAbsence, learn, pass, understand, type Question } from "./question.ts";
import { readPage } from "./read-page.ts";

/** Answers a command that reads, from the cache or from AWS. */
export async function read(context: ExecutionContext, row: AnyReadRow, call: Call): Promise<Output> {
  const asked = understand(context, row.key, call);
  if (asked === undefined) return call.pass();
  const cache = context.own ?? (await context.resolveOwn());
  const question: Question = { context, call, row, ...asked };
  if (cache === undefined) return pass(question);
  return asked.input["NextToken"] == null ? readFirst(cache, question) : readPage(cache, question);
}

async function readFirst(cache: Cache, question: Question): Promise<Output> {
  const { call, input, key, context } = question;
  const answered = loadThrough(cache, key, call, {
    context,
    async load({ signal }) {
      const output = await call.send(input, { abortSignal: signal });
      const keeping = keepingOf(question, output);
      return { output, keeping: output["NextToken"] ? { ...keeping, chain: crypto.randomUUID() } : keeping };
    },
    keepAbsence: () => keepingOfAbsence(question),
    loaded: (output) => learn(question, output),
  });
  const { audit } = context.options;
  return audit === undefined ? answered : auditHit(audit, cache, question, answered);
}
