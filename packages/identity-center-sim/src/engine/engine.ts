import type { Clock } from "../clock.ts";
import type { Identifiers } from "../identifiers.ts";
import { operationTable, organizationsTable } from "../operations/operation-table.ts";
import type { Members, Operation, OperationContext, OperationTable } from "../operations/operation.ts";
import type { Organization } from "../organization.ts";
import { unknownOperation } from "../service-error.ts";
import type { Random } from "../random.ts";
import type { Service } from "../service.ts";
import type { SimSettings } from "../settings.ts";
import { Store, type Change, type WritableState } from "../store/store.ts";
import type { ReadonlyTables } from "../store/tables.ts";
import { completeDue } from "./asynchronous-work.ts";

export interface EngineParts {
  readonly organization: Organization;
  readonly clock: Clock;
  /** Identifiers of what is created. */
  readonly identifiers: Identifiers;
  /** Those of what Organizations has: apart, so that they change no others. */
  readonly organizationIdentifiers: Identifiers;
  /** Identifiers of requests: apart, so that reads and failures do not change which user gets which identifier. */
  readonly requestIdentifiers: Identifiers;
  readonly settings: () => SimSettings;
  readonly random: Random;
  /** Whether every change is kept, for {@link Engine.history}. */
  readonly keepHistory: boolean;
}

/** Identity Center without a network: state, time and operations. */
export class Engine {
  readonly organization: Organization;
  readonly #parts: EngineParts;
  readonly #store: Store;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#store = new Store(parts.keepHistory);
    this.organization = parts.organization;
  }

  /** Whether the service has an operation of this name here. */
  supports(service: Service, operation: string): boolean {
    return tablesOf(service).some(
      (table) => Object.hasOwn(table, operation) && table[operation]?.service === service,
    );
  }

  /**
   * Carries out an operation.
   * @param service which one's, where more than one has the name; Organizations is the last choice
   * @throws {ServiceError} what the service would answer with
   */
  perform(operation: string, input: Members, service?: Service): Members {
    const found = operationOf(operation, service);
    const now = this.#catchUp();
    const context = this.#contextOf(operation, input, now);
    switch (found.kind) {
      case "read":
        return found.handle(this.#seen(now), input, context);
      case "status":
        return found.handle(this.#store.truth, input, context);
      case "write":
        return found.handle(this.#writable(now), input, context);
    }
  }

  /** Changes the state past the operations. Reads see the change after the propagation lag. */
  change<Result>(make: (state: WritableState, now: number) => Result): Result {
    const now = this.#catchUp();
    return make(this.#writable(now), now);
  }

  /** Finishes every asynchronous operation and makes everything visible, without waiting for either. */
  settle(): void {
    completeDue(this.#store, this.organization, Number.POSITIVE_INFINITY, 0);
    this.#store.propagateAll(this.#parts.clock.now());
  }

  /** Every change up to now; undefined when they are not kept. */
  history(): readonly Change[] | undefined {
    this.#catchUp();
    return this.#store.history;
  }

  /**
   * Answers an operation that only reads from another copy of the state.
   * @throws {ServiceError} what the service would answer with
   */
  answerFrom(tables: ReadonlyTables, operation: string, input: Members, service?: Service): Members {
    const found = operationOf(operation, service);
    if (found.kind === "write") throw new TypeError(`${operation} does not only read`);
    return found.handle(tables, input, this.#contextOf(operation, input, this.#parts.clock.now()));
  }

  /** What is true now, propagated or not. */
  truth(): ReadonlyTables {
    this.#catchUp();
    return this.#store.truth;
  }

  sizes(): ReturnType<Store["sizes"]> {
    this.#catchUp();
    return this.#store.sizes();
  }

  newRequestId(): string {
    return this.#parts.requestIdentifiers.uuid();
  }

  #catchUp(): number {
    const now = this.#parts.clock.now();
    completeDue(this.#store, this.organization, now, this.#parts.settings().propagationLag);
    return now;
  }

  #seen(now: number): ReadonlyTables {
    const { random, settings } = this.#parts;
    const { freshReads } = settings();
    return freshReads > 0 && random() < freshReads ? this.#store.truth : this.#store.visible(now);
  }

  #writable(now: number): WritableState {
    return this.#store.writable(now, this.#parts.settings().propagationLag);
  }

  #contextOf(operation: string, rawInput: Members, now: number): OperationContext {
    const { identifiers, organizationIdentifiers } = this.#parts;
    const { operationDuration, pageSize, emptyPages } = this.#parts.settings();
    return {
      now,
      organization: this.organization,
      operation,
      rawInput,
      operationDuration,
      pageSize,
      emptyPages,
      newResourceId: () => identifiers.resourceId(this.organization.identityStoreId),
      newPermissionSetArn: () => identifiers.permissionSetArn(this.organization.instanceArn),
      newRequestId: () => this.newRequestId(),
      newOrganizationId: (prefix) => organizationIdentifiers.organizationId(prefix),
    };
  }
}

function operationOf(name: string, service: Service | undefined): Operation {
  for (const table of tablesOf(service)) {
    const found = Object.hasOwn(table, name) ? table[name] : undefined;
    if (found !== undefined) return found;
  }
  throw unknownOperation();
}

function tablesOf(service: Service | undefined): readonly OperationTable[] {
  if (service === undefined) return [operationTable, organizationsTable];
  return [service === "organizations" ? organizationsTable : operationTable];
}
