/** How many keys are remembered; of others nobody knows what was set. */
const maxRemembered = 1_000;

interface UnderWay {
  calls: number;
  latest: Promise<void>;
}

/** The calls under way that take the place of what is older, by the tag of what they are about. */
export class Superseding {
  readonly #underWay = new Map<string, UnderWay>();
  /** When the newest of the values that were set had been read, in the order of calls. */
  readonly #read = new Map<string, number>();

  /** The end of the last of them; it never rejects. Undefined when none is under way. */
  latest(tag: string): Promise<void> | undefined {
    return this.#underWay.get(tag)?.latest;
  }

  /** Notes that a value was set that had been read at this position in the order of calls. */
  note(tag: string, position: number): void {
    const newest = Math.max(position, this.#read.get(tag) ?? position);
    this.#read.delete(tag);
    this.#read.set(tag, newest);
    if (this.#read.size > maxRemembered) this.#read.delete(this.#read.keys().next().value as string);
  }

  /** Whether a value was set that had been read after this position, as far as that is known. */
  hasNewer(tag: string, position: number): boolean {
    return (this.#read.get(tag) ?? -1) > position;
  }

  /**
   * Does something that is newer than all that was called before.
   * @param action is given a function that tells of the last call that was made since: a promise of its end, which never
   *   rejects, or undefined when there was none
   */
  async run(tag: string, action: (later: () => Promise<void> | undefined) => Promise<void>): Promise<void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const known = this.#underWay.get(tag) ?? { calls: 0, latest: ended };
    this.#underWay.set(tag, known);
    known.calls++;
    known.latest = ended;
    try {
      await action(() => (known.latest === ended ? undefined : known.latest));
    } finally {
      if (--known.calls === 0) this.#underWay.delete(tag);
      resolve();
    }
  }
}
