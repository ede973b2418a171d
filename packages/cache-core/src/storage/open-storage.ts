import type { ValueForm } from "../value/value-form.ts";
import type { GuardedStorage } from "./guarded-storage.ts";

/** A storage in use. The object itself stands for the ledger: positions of another one cannot be compared. */
export interface OpenStorage {
  readonly storage: GuardedStorage;
  readonly values: ValueForm;
}
