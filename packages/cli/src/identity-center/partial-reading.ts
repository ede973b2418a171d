import { CliError } from "../errors/cli-error.ts";
import { classify } from "../errors/classify.ts";
import { exitCodes } from "../errors/exit-code.ts";
import { plural } from "../output/quantity.ts";

/**
 * Reads what can be read of many things, and knows what could not: what is shown then must not look like all there is.
 */
export class PartialReading {
  readonly #one: string;
  readonly #many: string;
  #succeeded = 0;
  #failures: unknown[] = [];

  /** @param one one of the things, as it is told: `account` */
  constructor(one: string, many: string = `${one}s`) {
    this.#one = one;
    this.#many = many;
  }

  /** Resolves with undefined for what cannot be read. */
  async attempt<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
    try {
      const value = await read();
      this.#succeeded += 1;
      return value;
    } catch (error) {
      this.#failures.push(error);
      return undefined;
    }
  }

  /** @throws the first error when nothing could be read: then there is nothing to show */
  assertAny(): void {
    if (this.#failures.length > 0 && this.#succeeded === 0) throw this.#failures[0];
  }

  /** @throws CliError when something could not be read */
  assertWhole(): void {
    if (this.#failures.length === 0) return;
    const total = this.#succeeded + this.#failures.length;
    const [first] = this.#failures;
    throw new CliError(
      `${this.#failures.length} of ${plural(total, this.#one, this.#many)} could not be read, so this is not all: ${classify(first).message}`,
      { advice: "try again: what was read is kept", exitCode: exitCodes.partial, cause: first },
    );
  }
}
