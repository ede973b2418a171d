import { parseMembers, type Fields } from "../input/field.ts";
import type { Service } from "../service.ts";
import type { Organization } from "../organization.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import type { WritableState } from "../store/store.ts";

/** The members of an input or output as they go over the wire. Undefined members are left out. */
export type Members = Readonly<Record<string, unknown>>;

/** What an operation needs to know besides the state and its input. */
export interface OperationContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly organization: Organization;
  readonly operation: string;
  /** The whole input as it came: what page tokens are bound to. */
  readonly rawInput: Members;
  /** Milliseconds that an asynchronous operation takes. */
  readonly operationDuration: number;
  /** The most rows a page holds, whatever was asked for. */
  readonly pageSize: number;
  /** Whether every page with rows is preceded by one without. */
  readonly emptyPages: boolean;
  newResourceId(): string;
  newPermissionSetArn(): string;
  newRequestId(): string;
  /** The identifier of a unit or a policy, with what it begins with. */
  newOrganizationId(prefix: string): string;
}

type Handler<State> = (state: State, input: Members, context: OperationContext) => Members;

/**
 * An operation of a service. `read` sees what has propagated; `status` (the progress of asynchronous operations) and
 * `write` see what is true.
 */
export type Operation = { readonly service: Service } & (
  | { readonly kind: "read" | "status"; readonly handle: Handler<ReadonlyTables> }
  | { readonly kind: "write"; readonly handle: Handler<WritableState> }
);

/** Operations by name. */
export type OperationTable = Readonly<Record<string, Operation>>;

export function read<Input>(
  service: Service,
  fields: Fields<Input>,
  handle: (tables: ReadonlyTables, input: Input, context: OperationContext) => Members,
): Operation {
  return { service, kind: "read", handle: parsing(fields, handle) };
}

/** A read of the progress of asynchronous operations, which is known at once. */
export function status<Input>(
  service: Service,
  fields: Fields<Input>,
  handle: (tables: ReadonlyTables, input: Input, context: OperationContext) => Members,
): Operation {
  return { service, kind: "status", handle: parsing(fields, handle) };
}

export function write<Input>(
  service: Service,
  fields: Fields<Input>,
  handle: (state: WritableState, input: Input, context: OperationContext) => Members,
): Operation {
  return { service, kind: "write", handle: parsing(fields, handle) };
}

/** Times go over the wire as seconds since the epoch, with a fraction. */
export function timestamp(milliseconds: number): number {
  return milliseconds / 1000;
}

function parsing<Input, State>(
  fields: Fields<Input>,
  handle: (state: State, input: Input, context: OperationContext) => Members,
): Handler<State> {
  return (state, input, context) => handle(state, parseMembers(fields, input), context);
}
