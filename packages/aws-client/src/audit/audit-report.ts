/** For how many milliseconds something was out of date: not less, and not more. */
export interface StaleTime {
  /** From AWS's other answer until the entry was dropped. */
  readonly atLeast: number;
  /** Since the entry was loaded, or AWS was last seen to say the same. */
  readonly atMost: number;
}

export interface AuditCounts {
  /** The hits there were; of an audit of the entries themselves, the entries. */
  readonly seen: number;
  /** Those that AWS was asked for again, and that were still served when it had answered. */
  readonly compared: number;
  /** Those of them that AWS answered in another way. */
  readonly differed: number;
  /** Those that an invalidation, or a newer answer, overtook while AWS was asked: they say nothing. */
  readonly overtaken: number;
  /** Those that AWS did not answer. */
  readonly failed: number;
  /** Those that were chosen while too many waited already. */
  readonly skipped: number;
  /** The longest; undefined when none has differed. */
  readonly stale: StaleTime | undefined;
}

/** What an audit has found so far. */
export interface AuditReport extends AuditCounts {
  /** The same by `resource:operation`. */
  readonly byOperation: Readonly<Record<string, AuditCounts>>;
}

/** What came of one comparison. */
export type AuditOutcome =
  | { readonly kind: "same" | "overtaken" | "failed" }
  | { readonly kind: "different"; readonly fields: readonly string[]; readonly stale: StaleTime };

type Counter = "seen" | "skipped";

interface Counts extends AuditCounts {
  seen: number;
  compared: number;
  differed: number;
  overtaken: number;
  failed: number;
  skipped: number;
  stale: StaleTime | undefined;
}

/** Counts what an audit finds, by `resource:operation`, of which there are not many. */
export class AuditTally {
  readonly #groups = new Map<string, Counts>();

  count(key: string, counter: Counter): void {
    this.#of(key)[counter]++;
  }

  note(key: string, outcome: AuditOutcome): void {
    const counts = this.#of(key);
    if (outcome.kind === "overtaken" || outcome.kind === "failed") {
      counts[outcome.kind]++;
      return;
    }
    counts.compared++;
    if (outcome.kind !== "different") return;
    counts.differed++;
    counts.stale = longer(counts.stale, outcome.stale);
  }

  report(): AuditReport {
    const sum = noCounts();
    for (const counts of this.#groups.values()) {
      for (const name of names) sum[name] += counts[name];
      if (counts.stale) sum.stale = longer(sum.stale, counts.stale);
    }
    const groups = [...this.#groups].map(([group, counts]) => [group, { ...counts }] as const);
    return { ...sum, byOperation: Object.fromEntries(groups) };
  }

  #of(key: string): Counts {
    const group = key.split(":", 2).join(":");
    let counts = this.#groups.get(group);
    if (counts === undefined) this.#groups.set(group, (counts = noCounts()));
    return counts;
  }
}

const names = ["seen", "compared", "differed", "overtaken", "failed", "skipped"] as const;

function longer(one: StaleTime | undefined, other: StaleTime): StaleTime {
  return {
    atLeast: Math.max(one?.atLeast ?? 0, other.atLeast),
    atMost: Math.max(one?.atMost ?? 0, other.atMost),
  };
}

function noCounts(): Counts {
  return { seen: 0, compared: 0, differed: 0, overtaken: 0, failed: 0, skipped: 0, stale: undefined };
}
