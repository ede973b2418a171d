import type { Call, Output } from "./call.ts";
import { findRow, readsByName } from "./catalog/catalog.ts";
import type { AnyWriteRow } from "./catalog/row.ts";
import { everything } from "./catalog/tag.ts";
import type { ExecutionContext } from "./execution-context.ts";
import { poll } from "./poll.ts";
import { read } from "./read.ts";
import { write } from "./write.ts";

/**
 * Does what the catalogue says of a command: answers it through the cache, or sends it and invalidates. A command that
 * the catalogue does not have is never cached, and one that does not clearly read invalidates everything.
 */
export async function executeCommand(context: ExecutionContext, asked: Call): Promise<Output> {
  const { service } = context;
  const call = past(context, context.paced(asked));
  const row = findRow(service, call.command);
  const mayHit = row?.kind === "read" || row?.kind === "poll";
  if (mayHit && context.options.requireCredentials && !(await context.hasCredentials())) return call.pass();
  switch (row?.kind) {
    case "read":
      return read(context, row, call);
    case "poll":
      return poll(context, row, call);
    case "write":
      return write(context, row, call);
    case undefined: {
      const takenAs = readsByName(call.command) ? "read" : "write";
      context.tell({ type: "unknown-command", service, command: call.command, takenAs });
      return takenAs === "read" ? call.pass() : write(context, unknownWrite, call);
    }
  }
}

/** What is asked past the cache leaves no trace in it: a value that it goes into must not be stored. */
function past({ shared }: ExecutionContext, call: Call): Call {
  return {
    ...call,
    pass() {
      shared.preventStoring();
      return call.pass();
    },
  };
}

const unknownWrite: AnyWriteRow = { kind: "write", stale: () => [everything] };
