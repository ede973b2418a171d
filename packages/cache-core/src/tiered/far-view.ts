import type { Clock } from "../clock.ts";
import type { Changes, Stamp } from "../storage/cache-storage.ts";
import { Freshness, momentOf, type Moment } from "./freshness.ts";
import { NearLedger } from "./near-ledger.ts";

/** A question to the far ledger, as it was asked. */
export interface Look {
  /** Since when changes are asked for; undefined when nothing is known yet. */
  readonly since: Stamp | undefined;
  readonly asked: Moment;
  readonly life: number;
  readonly turn: number;
}

/**
 * What this process knows of the far ledger, and how certain it is of that. No I/O: whoever asks the far tier says so
 * here, and brings the answer.
 */
export class FarView {
  readonly ledger: NearLedger = new NearLedger();
  readonly #clock: Clock;
  readonly #freshness: Freshness;
  /** Changes of this process's own that the far tier has not answered: what they concern is not known here yet. */
  #underWay = 0;
  #turn = 0;
  /** A look that was asked before this turn does not know of what made this necessary. */
  #notBefore = 0;
  /** The far ledger's time when it was last looked at, and when that was heard here, by the monotonic clock. */
  #time = 0;
  #heardAt = 0;
  /** When the last reader began, by the monotonic clock. */
  #now = 0;
  #lastTurn = 0;

  /** @param bound for how many milliseconds a look is good */
  constructor(clock: Clock, bound: number) {
    this.#clock = clock;
    this.#freshness = new Freshness(clock, bound);
  }

  /** A reader begins now. @returns whether what is known here is all that he has to know */
  isCertain(): boolean {
    // What a clock costs is a good part of a hit: this look at it goes for all that he needs it for.
    this.#now = this.#clock.monotonic();
    return this.#underWay === 0 && this.#freshness.isFresh(this.#now);
  }

  /** A moment of the far ledger that is certainly not later than now, for what was found near. */
  stampFor(entry: Stamp): Stamp {
    const position = this.ledger.position?.position ?? 0;
    const passed = Math.max(0, this.#now - this.#heardAt);
    return {
      epoch: entry.epoch,
      position: Math.max(position, entry.position),
      time: Math.max(this.#time + passed, entry.time),
    };
  }

  ask(): Look {
    const position = this.ledger.position;
    const since = position && { ...position, time: this.#time };
    return { since, asked: momentOf(this.#clock), life: this.ledger.life, turn: ++this.#turn };
  }

  /** Brings the answer to a look. @returns whether what is known now is all there was to know when it was asked */
  answered({ asked, life, turn }: Look, changes: Changes): boolean {
    // What it adds to has been thrown away since.
    if (life !== this.ledger.life) return false;
    this.ledger.follow(changes);
    const { time } = changes.at;
    if (turn > this.#lastTurn) {
      // The far ledger's clock was set back: nobody knows how old anything is.
      if (time < this.#time) this.ledger.forget();
      this.#time = time;
      this.#heardAt = this.#clock.monotonic();
      this.#lastTurn = turn;
    }
    if (this.ledger.position === undefined || turn < this.#notBefore || this.#underWay > 0) return false;
    this.#freshness.confirm(asked);
    return true;
  }

  /** Nothing is certain until the far ledger has been asked once more, from now on. */
  doubt(): void {
    this.#notBefore = ++this.#turn;
    this.#freshness.lose();
  }

  /** This process changes something: until `end` is called, nothing here is certain. */
  begin(): () => void {
    this.#underWay++;
    return () => void this.#underWay--;
  }
}
