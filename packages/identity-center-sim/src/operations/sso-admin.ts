import { instanceArn, permissionSetArn } from "../input/common-fields.ts";
import type { Fields } from "../input/field.ts";
import { notFound } from "../service-error.ts";
import type { PermissionSetRecord } from "../store/records.ts";
import type { WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { read, status, write, type Members, type Operation, type OperationContext } from "./operation.ts";

interface InstanceInput {
  readonly InstanceArn: string;
}

interface PermissionSetInput {
  readonly PermissionSetArn: string;
}

const instanceFields: Fields<InstanceInput> = { InstanceArn: instanceArn };
const permissionSetFields: Fields<PermissionSetInput> = { PermissionSetArn: permissionSetArn };

type ReadHandler<Input> = (tables: ReadonlyTables, input: Input, context: OperationContext) => Members;

/** A read of sso-admin that names the instance, which has to be the one there is. */
export function instanceRead<Input>(fields: Fields<Input>, handle: ReadHandler<Input>): Operation {
  return read("sso-admin", withInstance(fields), checkingInstance(handle));
}

/** A read of the progress of asynchronous operations. */
export function instanceStatus<Input>(fields: Fields<Input>, handle: ReadHandler<Input>): Operation {
  return status("sso-admin", withInstance(fields), checkingInstance(handle));
}

/** A write of sso-admin that names the instance. */
export function instanceWrite<Input>(
  fields: Fields<Input>,
  handle: (state: WritableState, input: Input, context: OperationContext) => Members,
): Operation {
  return write("sso-admin", withInstance(fields), checkingInstance(handle));
}

/** A read of one permission set. */
export function permissionSetRead<Input>(
  fields: Fields<Input>,
  handle: (
    permissionSet: PermissionSetRecord,
    input: Input,
    context: OperationContext,
    tables: ReadonlyTables,
  ) => Members,
): Operation {
  return instanceRead<Input & PermissionSetInput>(withPermissionSet(fields), (tables, input, context) =>
    handle(requirePermissionSet(tables, input.PermissionSetArn), input, context, tables),
  );
}

/** A write that gives a permission set a new content. What it answers is always empty. */
export function permissionSetChange<Input>(
  fields: Fields<Input>,
  change: (permissionSet: PermissionSetRecord, input: Input) => PermissionSetRecord,
): Operation {
  return instanceWrite<Input & PermissionSetInput>(withPermissionSet(fields), (state, input) => {
    const current = requirePermissionSet(state, input.PermissionSetArn);
    const changed = change(current, input);
    // The accounts keep the old revision until the permission set is provisioned again.
    if (changed !== current) {
      state.put("permissionSets", current.permissionSetArn, {
        ...changed,
        revision: current.revision + 1,
      });
    }
    return {};
  });
}

/** The permission set of that ARN; throws ResourceNotFoundException. */
export function requirePermissionSet(tables: ReadonlyTables, arn: string): PermissionSetRecord {
  const permissionSet = tables.permissionSets.get(arn);
  if (permissionSet === undefined) {
    throw notFound(`Could not find PermissionSet with id ${arn.split("/").at(-1)}`);
  }
  return permissionSet;
}

/** Throws ResourceNotFoundException for an instance that is not there. */
export function requireInstance(arn: string, context: OperationContext): void {
  if (arn !== context.organization.instanceArn) {
    throw notFound(`Could not find Instance with id ${arn.split("/").at(-1)}`);
  }
}

function checkingInstance<State, Input>(
  handle: (state: State, input: Input, context: OperationContext) => Members,
): (state: State, input: Input & InstanceInput, context: OperationContext) => Members {
  return (state, input, context) => {
    requireInstance(input.InstanceArn, context);
    return handle(state, input, context);
  };
}

function withInstance<Input>(fields: Fields<Input>): Fields<Input & InstanceInput> {
  return { ...instanceFields, ...fields } as Fields<Input & InstanceInput>;
}

function withPermissionSet<Input>(fields: Fields<Input>): Fields<Input & PermissionSetInput> {
  return { ...permissionSetFields, ...fields } as Fields<Input & PermissionSetInput>;
}
