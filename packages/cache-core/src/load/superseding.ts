interface UnderWay {
  calls: number;
  latest: Promise<void>;
}

/** The calls under way that take the place of what is older, by the tag of what they are about. */
export class Superseding {
  readonly #underWay = new Map<string, UnderWay>();

  /** The end of the last of them; it never rejects. Undefined when none is under way. */
  latest(tag: string): Promise<void> | undefined {
    return this.#underWay.get(tag)?.latest;
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
