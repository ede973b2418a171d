import { integer, optional, text, type Field, type Fields } from "../input/field.ts";
import type { PageInput } from "../input/common-fields.ts";
import { paginate, type Page } from "../pagination.ts";
import { ServiceError } from "../service-error.ts";
import type { Row } from "../store/ordered-table.ts";
import type { WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { read, write, type Members, type Operation, type OperationContext } from "./operation.ts";

/** Identifies a root, a unit, an account or a policy. */
export const nodeId: Field<string> = text({ maximum: 100 });

/** Members of every list of Organizations: its pages are small. */
export const smallPageFields: Fields<PageInput> = {
  MaxResults: optional(integer(1, 20)),
  NextToken: optional(text({ maximum: 100_000 })),
};

/** Those of a list of what is in a root or a unit. */
export const ofParentFields: Fields<PageInput & { readonly ParentId: string }> = {
  ...smallPageFields,
  ParentId: nodeId,
};

/** A page of 20 rows, unless fewer are asked for. */
export function smallPage<Value>(
  input: PageInput,
  context: OperationContext,
  rowsAfter: (position: number) => Iterable<Row<Value>>,
): Page<Value> {
  return paginate({ ...input, MaxResults: input.MaxResults ?? 20 }, context, rowsAfter);
}

/** A read of Organizations. */
export function organizationRead<Input>(
  fields: Fields<Input>,
  handle: (tables: ReadonlyTables, input: Input, context: OperationContext) => Members,
): Operation {
  return inItsWords(read("organizations", fields, handle));
}

/** A write of Organizations. */
export function organizationWrite<Input>(
  fields: Fields<Input>,
  handle: (state: WritableState, input: Input, context: OperationContext) => Members,
): Operation {
  return inItsWords(write("organizations", fields, handle));
}

/** The ARN of a part of the organisation. */
export function arnOf(context: OperationContext, kind: string, ...ids: readonly string[]): string {
  const { accountIds, organizationId } = context.organization;
  return `arn:aws:organizations::${accountIds[0]}:${kind}/${[organizationId, ...ids].join("/")}`;
}

/** Whether there is a root, a unit or an account of that identifier. */
export function isNode(tables: ReadonlyTables, id: string, context: OperationContext): boolean {
  return isParent(tables, id, context) || tables.accounts.get(id) !== undefined;
}

/** Whether there is a root or a unit of that identifier. */
export function isParent(tables: ReadonlyTables, id: string, { organization }: OperationContext): boolean {
  return id === organization.rootId || tables.organizationalUnits.get(id) !== undefined;
}

/** @throws {ServiceError} when there is none */
export function requireParent(tables: ReadonlyTables, id: string, context: OperationContext): void {
  if (isParent(tables, id, context)) return;
  throw new ServiceError("ParentNotFoundException", "You specified parent that doesn't exist.");
}

/** What other services call a ValidationException is an InvalidInputException here. */
function inItsWords(operation: Operation): Operation {
  const { handle } = operation;
  return {
    ...operation,
    handle: (...given: Parameters<typeof handle>) => {
      try {
        return (handle as (...all: typeof given) => Members)(...given);
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code !== "ValidationException") throw error;
        const Reason = /NextToken/.test(error.message) ? "INVALID_NEXT_TOKEN" : "INVALID_PATTERN";
        throw new ServiceError("InvalidInputException", error.message, { Reason });
      }
    },
  } as Operation;
}
