import type { Socket } from "node:net";

/** What is on its way to a socket; `undefined` is its end. */
interface Item {
  readonly data: Buffer | undefined;
  readonly due: number;
}

/** One direction of a connection. It may be slow, and it may stand still, but what comes later never arrives earlier. */
export class Lane {
  readonly #to: Socket;
  readonly #items: Item[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;
  #isSilent = false;

  constructor(to: Socket) {
    this.#to = to;
  }

  send(data: Buffer, delay = 0): void {
    this.#add({ data, due: performance.now() + delay });
  }

  /** The other side has ended. */
  end(): void {
    this.#add({ data: undefined, due: 0 });
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#move();
  }

  /** Nothing arrives any more, for ever. */
  silence(): void {
    this.#isSilent = true;
  }

  #add(item: Item): void {
    if (this.#isSilent) return;
    this.#items.push(item);
    this.#move();
  }

  #move(): void {
    clearTimeout(this.#timer);
    if (this.#isHeld) return;
    for (let item = this.#items[0]; item !== undefined; item = this.#items[0]) {
      const wait = item.due - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#move(), wait);
        return;
      }
      this.#items.shift();
      if (item.data === undefined) this.#to.destroySoon();
      else if (!this.#to.destroyed) this.#to.write(item.data);
    }
  }
}
