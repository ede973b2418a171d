import { createHash } from "node:crypto";
import type { PageInput } from "./input/common-fields.ts";
import { isObject } from "./input/field.ts";
import type { Members, OperationContext } from "./operations/operation.ts";
import { validationError } from "./service-error.ts";
import type { Row } from "./store/ordered-table.ts";

export interface Page<Value> {
  readonly items: readonly Value[];
  readonly nextToken: string | undefined;
}

interface Token {
  readonly binding: string;
  readonly after: number;
  /** Whether the page before held no rows. */
  readonly wasEmpty: boolean;
}

const defaultMaxResults = 100;

/**
 * One page of a list. The token that continues it is good for the same operation with the same input only (the page size
 * may change), and holds a place in the order of the rows, not a count: rows that come or go meanwhile shift nothing.
 *
 * @param rowsAfter gives the rows behind a position in ascending order
 */
export function paginate<Value>(
  input: PageInput,
  context: OperationContext,
  rowsAfter: (position: number) => Iterable<Row<Value>>,
): Page<Value> {
  const binding = bindingOf(context);
  const token = input.NextToken === undefined ? undefined : decode(input.NextToken);
  if (token !== undefined && token.binding !== binding) throw invalidToken();
  const after = token?.after ?? -1;
  if (context.emptyPages && token?.wasEmpty !== true) {
    return { items: [], nextToken: encode({ binding, after, wasEmpty: true }) };
  }

  const limit = Math.min(input.MaxResults ?? defaultMaxResults, context.pageSize);
  const items: Value[] = [];
  let last = after;
  for (const row of rowsAfter(after)) {
    if (items.length === limit) {
      return { items, nextToken: encode({ binding, after: last, wasEmpty: false }) };
    }
    items.push(row.value);
    last = row.position;
  }
  return { items, nextToken: undefined };
}

/** Rows for a list that has no positions of its own: numbered as they come. */
export function* numbered<Value>(values: Iterable<Value>, after: number): IterableIterator<Row<Value>> {
  let position = 0;
  for (const value of values) {
    if (position > after) yield { position, value };
    position += 1;
  }
}

function bindingOf(context: OperationContext): string {
  const { MaxResults: _size, NextToken: _token, ...rest } = context.rawInput;
  return createHash("sha256")
    .update(`${context.operation} ${canonical(rest)}`)
    .digest("base64url")
    .slice(0, 16);
}

function canonical(members: Members): string {
  return JSON.stringify(members, (_name, value: unknown) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}

function encode(token: Token): string {
  return Buffer.from(JSON.stringify([token.binding, token.after, token.wasEmpty])).toString("base64url");
}

function decode(text: string): Token {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    if (Array.isArray(parts)) {
      const [binding, after, wasEmpty] = parts as readonly unknown[];
      if (typeof binding === "string" && typeof after === "number" && typeof wasEmpty === "boolean") {
        return { binding, after, wasEmpty };
      }
    }
  } catch {
    // What does not parse was not issued here.
  }
  throw invalidToken();
}

function invalidToken(): Error {
  return validationError("The NextToken provided is not valid for this request.");
}
