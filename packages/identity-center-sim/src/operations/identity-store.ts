import { identityStoreId } from "../input/common-fields.ts";
import type { Fields } from "../input/field.ts";
import { identityNotFound } from "../service-error.ts";
import type { WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { read, write, type Members, type Operation, type OperationContext } from "./operation.ts";

interface StoreInput {
  readonly IdentityStoreId: string;
}

const storeFields: Fields<StoreInput> = { IdentityStoreId: identityStoreId };

/** A read of identitystore. Every input names the identity store, which has to be the one there is. */
export function storeRead<Input>(
  fields: Fields<Input>,
  handle: (tables: ReadonlyTables, input: Input, context: OperationContext) => Members,
): Operation {
  return read<Input & StoreInput>("identitystore", withStore(fields), (tables, input, context) => {
    requireStore(input, context);
    return handle(tables, input, context);
  });
}

/** A write of identitystore. */
export function storeWrite<Input>(
  fields: Fields<Input>,
  handle: (state: WritableState, input: Input, context: OperationContext) => Members,
): Operation {
  return write<Input & StoreInput>("identitystore", withStore(fields), (state, input, context) => {
    requireStore(input, context);
    return handle(state, input, context);
  });
}

function withStore<Input>(fields: Fields<Input>): Fields<Input & StoreInput> {
  return { ...storeFields, ...fields } as Fields<Input & StoreInput>;
}

function requireStore(input: StoreInput, context: OperationContext): void {
  if (input.IdentityStoreId !== context.organization.identityStoreId) {
    throw identityNotFound("IDENTITY_STORE", input.IdentityStoreId);
  }
}
