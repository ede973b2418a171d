import type { OpenStorage } from "./open-storage.ts";
import type { StorageConfiguration } from "./storage-configuration.ts";

/** What a slot is at. Times are in milliseconds: `since` of `opening` is monotonic, the other by the clock on the wall. */
export type SlotState =
  | { readonly name: "unset"; readonly configuration: StorageConfiguration }
  | { readonly name: "opening"; readonly configuration: StorageConfiguration; readonly since: number }
  | { readonly name: "open"; readonly configuration: StorageConfiguration; readonly open: OpenStorage }
  | {
      readonly name: "unavailable";
      readonly configuration: StorageConfiguration;
      readonly since: number;
      readonly error: unknown;
    }
  | { readonly name: "closed" };

/** A storage's turn to be opened. What is said of it counts for nothing once there is a later turn. */
export interface Turn {
  readonly isLast: () => boolean;
  readonly succeeded: (open: OpenStorage) => void;
  /** It cannot be had now. */
  readonly failed: (error: unknown, now: number) => void;
  /** It should not have been tried: the storage before is in use again, or opened when it is next needed. */
  readonly undone: () => void;
}

/** Milliseconds before opening is tried again where it failed. */
const reopenAfter = 60_000;

/** Which storage is in use, or on its way there. */
export class SlotStates {
  #state: SlotState;
  #turn = 0;

  /** @param configuration what is opened when a storage is first needed */
  constructor(configuration: StorageConfiguration) {
    this.#state = { name: "unset", configuration };
  }

  get state(): SlotState {
    return this.#state;
  }

  /** The storage, while it is open. */
  get current(): OpenStorage | undefined {
    return this.#state.name === "open" ? this.#state.open : undefined;
  }

  /** @returns what should be opened because somebody needs it, if anything */
  due(now: number): StorageConfiguration | undefined {
    const state = this.#state;
    if (state.name === "unset") return state.configuration;
    const isDue = state.name === "unavailable" && Math.abs(now - state.since) >= reopenAfter;
    return isDue ? state.configuration : undefined;
  }

  /** A storage is being opened, from now on. */
  begin(configuration: StorageConfiguration, since: number): Turn {
    const before = this.#state;
    const turn = ++this.#turn;
    const isLast = (): boolean => turn === this.#turn;
    const change = (state: SlotState): void => {
      if (isLast()) this.#state = state;
    };
    change({ name: "opening", configuration, since });
    return {
      isLast,
      succeeded: (open) => change({ name: "open", configuration, open }),
      failed: (error, now) => change({ name: "unavailable", configuration, since: now, error }),
      undone: () =>
        change(
          before.name === "open" || before.name === "closed"
            ? before
            : { name: "unset", configuration: before.configuration },
        ),
    };
  }

  close(): void {
    this.#turn++;
    this.#state = { name: "closed" };
  }
}
