import type { CommandContext } from "../command-context.ts";
import type { Arguments, ArgumentValues, Options, OptionValues, Values } from "./option.ts";

/** Does the work of a command. It prints to the context's output and throws what went wrong. */
export type CommandRunner<Input> = (context: CommandContext, input: Input) => Promise<void>;

/** A row of the command table: all that is known of a command before it is loaded. */
export interface Command {
  /** Group and name: `user list`. */
  readonly name: string;
  readonly summary: string;
  /** What may stand after the name, so that it does something: a test runs it. */
  readonly example: string;
  /** What the help says besides, a paragraph each. */
  readonly details: readonly string[];
  readonly arguments: Arguments;
  readonly options: Options;
  /** Imports the command. The values must be those that were parsed by this row. */
  readonly load: () => Promise<CommandRunner<Values>>;
}

interface CommandDefinition<GivenArguments extends Arguments, GivenOptions extends Options> {
  readonly name: string;
  readonly summary: string;
  readonly example: string;
  readonly details?: readonly string[];
  readonly arguments?: GivenArguments;
  readonly options?: GivenOptions;
  readonly load: () => Promise<CommandRunner<ArgumentValues<GivenArguments> & OptionValues<GivenOptions>>>;
}

/** Makes a row; the compiler checks that the command takes what the row says it is given. */
export function defineCommand<
  const GivenArguments extends Arguments = Readonly<Record<never, never>>,
  const GivenOptions extends Options = Readonly<Record<never, never>>,
>(definition: CommandDefinition<GivenArguments, GivenOptions>): Command {
  const { details = [], arguments: given = {}, options = {}, ...rest } = definition;
  return { ...rest, details, arguments: given, options, load: definition.load as Command["load"] };
}
