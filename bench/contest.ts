/** Something to be timed. `run` does it `count` times, one after the other. */
export interface Contender {
  readonly name: string;
  readonly run: (count: number) => Promise<void> | void;
}

export interface Row {
  readonly name: string;
  /** Microseconds for one, the median of the rounds. */
  readonly microseconds: number;
  /** Against the first of the contest. */
  readonly ratio: number;
}

/**
 * Times contenders side by side: every round gives each of them a turn, in a new order, so that what else the machine
 * does hits all alike. The first round warms up and does not count.
 */
export async function contest(contenders: readonly Contender[], count: number, rounds = 9): Promise<Row[]> {
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const { name, run } = contenders[(turn + round) % contenders.length] as Contender;
      globalThis.gc?.();
      const begin = process.hrtime.bigint();
      await run(count);
      const microseconds = Number(process.hrtime.bigint() - begin) / 1_000 / count;
      if (round > 0) times.get(name)?.push(microseconds);
    }
  }
  const medians = contenders.map(({ name }) => ({ name, microseconds: median(times.get(name) ?? []) }));
  const first = medians[0]?.microseconds ?? Number.NaN;
  return medians.map((row) => ({ ...row, ratio: row.microseconds / first }));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
