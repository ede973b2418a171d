/** Buckets for each doubling: a quantile is exact within 4.5 %. */
const bucketsPerDoubling = 16;

/** How long something took, in milliseconds: any number of times in a few hundred numbers, to be summed up over processes. */
export class Durations {
  readonly #counts: Map<number, number>;
  #maximum: number;

  constructor({ counts, maximum }: StoredDurations = { counts: [], maximum: 0 }) {
    this.#counts = new Map(counts);
    this.#maximum = maximum;
  }

  add(milliseconds: number): void {
    const bucket = Math.round(Math.log2(Math.max(milliseconds, 1e-6)) * bucketsPerDoubling);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#maximum = Math.max(this.#maximum, milliseconds);
  }

  merge(other: Durations): void {
    for (const [bucket, count] of other.#counts)
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#maximum = Math.max(this.#maximum, other.#maximum);
  }

  get count(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  get maximum(): number {
    return this.#maximum;
  }

  /** What the part `share` of all stayed below; NaN when there are none. */
  quantile(share: number): number {
    let missing = this.count * share;
    for (const [bucket, count] of [...this.#counts].toSorted(([a], [b]) => a - b)) {
      missing -= count;
      if (missing <= 0) return Math.min(2 ** (bucket / bucketsPerDoubling), this.#maximum);
    }
    return Number.NaN;
  }

  toJSON(): StoredDurations {
    return { counts: [...this.#counts], maximum: this.#maximum };
  }
}

export interface StoredDurations {
  readonly counts: readonly (readonly [bucket: number, count: number])[];
  readonly maximum: number;
}
