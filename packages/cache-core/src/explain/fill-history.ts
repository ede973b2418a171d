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

/** Of at least how many ids it is remembered, and of twice as many at most. */
const idsRemembered = 500;

/** What has become of the values that this process has sent to be stored, for whoever asks why one is not there. */
export class FillHistory {
  // Two of them: to take out the oldest each time costs as much as to store a value in memory.
  #recent = new Map<string, FillFate>();
  #before = new Map<string, FillFate>();
  #hasForgotten = false;

  /** Nothing has been forgotten: of what is not here, nothing was sent. */
  get isComplete(): boolean {
    return !this.#hasForgotten;
  }

  note(id: string, fate: FillFate): void {
    if (this.#recent.size >= idsRemembered) {
      if (this.#before.size > 0) this.#hasForgotten = true;
      this.#before = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(id, fate);
  }

  of(id: string): FillFate | undefined {
    return this.#recent.get(id) ?? this.#before.get(id);
  }
}
