import type { FenceReason, Stamp } from "../storage/cache-storage.ts";

/** What has become of the last value that this process had for an id. */
export type FillFate =
  | {
      readonly outcome: "stored";
      readonly stamp: Stamp;
      readonly tags: readonly string[];
      readonly expiresAt: number;
    }
  | { readonly outcome: "fenced"; readonly time: number; readonly reason: FenceReason }
  | { readonly outcome: "not-kept"; readonly time: number; readonly reason: NotKeptReason };

/**
 * Why a value was not kept: the storage was busy or full, it does not fit or cannot be stored, it lives for no time at all,
 * or nobody knows of when it is, because the storage did not answer before it was loaded.
 */
export type NotKeptReason = "busy" | "full" | "too-large" | "not-storable" | "no-time-to-live" | "no-stamp";

/** Of how many ids it is remembered. */
const idsRemembered = 1_000;

/** What has become of the values that this process has sent to be stored, for whoever asks why one is not there. */
export class FillHistory {
  readonly #fates = new Map<string, FillFate>();
  #hasForgotten = false;

  /** Nothing has been forgotten: of what is not here, nothing was sent. */
  get isComplete(): boolean {
    return !this.#hasForgotten;
  }

  note(id: string, fate: FillFate): void {
    this.#fates.delete(id);
    this.#fates.set(id, fate);
    if (this.#fates.size <= idsRemembered) return;
    this.#hasForgotten = true;
    this.#fates.delete(this.#fates.keys().next().value as string);
  }

  of(id: string): FillFate | undefined {
    return this.#fates.get(id);
  }
}
