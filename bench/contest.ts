/** Something to be timed. `run` does it `count` times, one after the other. */
export interface Contender {
  readonly name: string;
  readonly run: (count: number) => Promise<void> | void;
}

/** Something that takes long enough for every single call to be timed. */
export interface SampledContender {
  readonly name: string;
  readonly call: () => unknown;
}

export interface Row {
  readonly name: string;
  readonly median: number;
  /** Microseconds for one, megabytes, bytes, how many, or how much of one processor. */
  readonly unit: "us" | "MB" | "B" | "x" | "%";
  /** What 99 of 100 single calls took at most; undefined where single calls are not timed. */
  readonly p99?: number;
  /** Of the median, against the first of the contest. */
  readonly ratio: number;
  /** What else there is to know. */
  readonly note?: string;
}

/**
 * Times contenders side by side: every round gives each of them a turn, in a new order, so that what else the machine
 * does hits all alike. The first round warms up and does not count.
 */
export async function contest(contenders: readonly Contender[], count: number, rounds = 9): Promise<Row[]> {
  const times = contenders.map((): number[] => []);
  await takeTurns(contenders, rounds, async ({ run }, index, isWarm) => {
    const begin = process.hrtime.bigint();
    await run(count);
    const microseconds = Number(process.hrtime.bigint() - begin) / 1_000 / count;
    if (isWarm) times[index]?.push(microseconds);
  });
  return withRatios(
    contenders.map(({ name }, index) => ({ name, median: median(times[index] ?? []), unit: "us" })),
  );
}

/** The same for what takes microseconds or more: the median and the 99th percentile of single calls. */
export async function sample(
  contenders: readonly SampledContender[],
  count: number,
  rounds = 9,
): Promise<Row[]> {
  const times = contenders.map((): number[] => []);
  await takeTurns(contenders, rounds, async ({ call }, index, isWarm) => {
    for (let done = 0; done < count; done++) {
      const begin = performance.now();
      await call();
      if (isWarm) times[index]?.push((performance.now() - begin) * 1_000);
    }
  });
  return withRatios(
    contenders.map(({ name }, index) => {
      const all = times[index] ?? [];
      return { name, median: median(all), p99: quantile(all, 0.99), unit: "us" };
    }),
  );
}

export function withRatios(rows: readonly Omit<Row, "ratio">[]): Row[] {
  const first = rows[0]?.median ?? Number.NaN;
  return rows.map((row) => ({ ...row, ratio: row.median / first }));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

async function takeTurns<Contending>(
  contenders: readonly Contending[],
  rounds: number,
  turn: (contender: Contending, index: number, isWarm: boolean) => Promise<void>,
): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    for (let step = 0; step < contenders.length; step++) {
      const index = (step + round) % contenders.length;
      globalThis.gc?.();
      await turn(contenders[index] as Contending, index, round > 0);
    }
  }
}
