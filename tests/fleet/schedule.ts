import { seededRandom } from "../laws/random.ts";

/** One fault: how long it lasts, and whom it happens to. */
export interface Step {
  readonly fault: string;
  /** Of the instances, the one that it happens to. */
  readonly victim: number;
  /** How many writes the fleet does meanwhile. */
  readonly writes: number;
}

/** Faults and victims in an order that the seed decides: each of them once, and then each of them again, without an end. */
export function* schedule(
  seed: number,
  faults: readonly string[],
  victims: readonly number[],
): Generator<Step> {
  const random = seededRandom(seed);
  const nextFault = dealer(faults, random);
  const nextVictim = dealer(victims, random);
  for (;;) yield { fault: nextFault(), victim: nextVictim(), writes: 15 + Math.floor(random() * 40) };
}

function dealer<Card>(cards: readonly Card[], random: () => number): () => Card {
  let left: Card[] = [];
  return () => {
    if (left.length === 0) left = [...cards];
    return left.splice(Math.floor(random() * left.length), 1)[0] as Card;
  };
}
