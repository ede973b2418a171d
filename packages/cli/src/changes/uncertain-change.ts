import { classify } from "../errors/classify.ts";
import { CliError } from "../errors/cli-error.ts";
import { mayHaveArrived } from "./lost-attempts.ts";

/** A change that has failed as far as anybody knows, and may be made all the same. */
export class UncertainChange extends CliError {
  /** @param error what the last attempt has ended with */
  constructor(command: string, error: unknown) {
    const { message, exitCode } = classify(error);
    const why = mayHaveArrived(error)
      ? `${command} may have been carried out all the same`
      : `${command} had been tried before without an answer, and may have been carried out then`;
    super(message, { advice: `${why}: look before you try again`, exitCode, cause: error });
  }
}
