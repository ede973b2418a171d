import { AnotherLife } from "../redis-error.ts";
import type { ServerLink } from "./connection.ts";
import { readPromotion } from "./read-info.ts";

/**
 * Milliseconds for which a server that has proved to be in a life as master is believed to be in it. Whoever makes it a
 * replica, gives it the data of another master, and promotes it again, takes longer, unless he does it on purpose.
 */
const believedFor = 1_000;

/**
 * Sees to it that a server is in the life that its link names. One that is made a replica and is promoted again keeps its
 * clients, and may lack what was recorded before. Whoever calls meanwhile is refused; whoever does not must ask afterwards.
 */
export class SameLife {
  readonly #monotonic: () => number;
  #asking: { readonly link: ServerLink; readonly answer: Promise<void> } | undefined;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /**
   * Runs a call whose answer counts only in that life.
   * @param proves whether a replica would have refused it, whatever it finds
   * @throws AnotherLife
   */
  async during<Answer>(link: ServerLink, proves: boolean, call: () => Promise<Answer>): Promise<Answer> {
    const sentAt = this.#monotonic();
    if (sentAt - link.provedAt >= believedFor) {
      // Asked behind the call: what is true then was true when it was answered.
      const [answer] = await Promise.all([call(), this.confirm(link)]);
      return answer;
    }
    const answer = await call();
    if (proves) link.provedAt = Math.max(link.provedAt, sentAt);
    return answer;
  }

  /** Asks the server. @throws AnotherLife */
  confirm(link: ServerLink): Promise<void> {
    if (this.#asking?.link !== link) {
      const answer = this.#ask(link).finally(() => {
        if (this.#asking?.answer === answer) this.#asking = undefined;
      });
      this.#asking = { link, answer };
    }
    return this.#asking.answer;
  }

  async #ask(link: ServerLink): Promise<void> {
    const sentAt = this.#monotonic();
    if (readPromotion(await link.redis.info("replication")) !== link.promotion) throw new AnotherLife();
    link.provedAt = Math.max(link.provedAt, sentAt);
  }
}
