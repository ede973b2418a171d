import type { Membership, MembershipReference } from "../membership-index.ts";
import type { CommandInput, CommandName, CommandOutput, Service } from "./sdk-commands.ts";

/**
 * How volatile an answer is, and so how long it lives when nothing invalidates it.
 * - `list`: what somebody may add to at any time, behind the cache's back.
 * - `describe`: one thing and its attributes.
 * - `structure`: how an organisation is arranged. It takes many slow calls to read, and few people may change it.
 * - `catalogue`: what AWS publishes and customers cannot change.
 * - `operation`: the outcome of an asynchronous operation that has ended; it never changes again.
 * - `absence`: that something is not there, which whoever makes it finds hard to believe.
 */
export type Lifetime = "list" | "describe" | "structure" | "catalogue" | "operation" | "absence";

/** The names of the fields of `Input` that hold a string. */
export type StringField<Input> = {
  [Field in keyof Input & string]-?: NonNullable<Input[Field]> extends string ? Field : never;
}[keyof Input & string];

/**
 * The front of an answer's key, `resource:operation:identifier`. No two commands have the same resource and operation.
 * The rest of the input follows by itself, whatever it holds: see `createCommandKey`.
 */
export interface KeyFront<Input> {
  readonly resource: string;
  readonly operation: string;
  /**
   * Fields of the input whose text stands in the key as it is, one segment each; or a function that finds such texts
   * deeper in the input. Default: `all`.
   */
  readonly identifier?: readonly StringField<Input>[] | ((input: Input) => readonly (string | undefined)[]);
}

/**
 * A command that only reads. Functions here see a private copy of the input, and throw a TypeError when what they need
 * is missing: the answer is then not cached.
 */
export interface ReadRow<Input, Output> {
  readonly kind: "read";
  readonly key: KeyFront<Input>;
  readonly lifetime: Lifetime;
  /** What every answer depends on. */
  tags(input: Input): readonly string[];
  /** What an answer in one piece depends on besides, because of what is in it. */
  outputTags?(output: Output): readonly string[];
  /**
   * Takes the place of `outputTags` in a list of more than one page, so that all pages depend on the same: coarse names,
   * which every write that invalidates one of the `outputTags` invalidates, too.
   */
  pageTags?(input: Input): readonly string[];
  /** Whether the answer may be cached: false while something in it is still on its way to another state. Default: yes. */
  stable?(output: Output): boolean;
  /**
   * Present when it is an answer, too, that what was asked for is not there: what that depends on besides `tags`. Every
   * write that may make it be there invalidates one of them as it leaves: its answer, which names what was made, may be
   * lost, or come later than others hear of it.
   */
  absence?(input: Input): readonly string[];
  /** How volatile that is. Default: `absence`. */
  readonly absenceLifetime?: Lifetime;
  /** The memberships that the answer tells of. */
  memberships?(output: Output, input: Input): readonly Membership[];
}

/** What an asynchronous operation has come to. */
export type Progress =
  | { readonly state: "finished" }
  /** `operation` names it for whoever sees it end; undefined when AWS gives nothing to ask for. */
  | { readonly state: "in-progress"; readonly operation: string | undefined };

/**
 * A command that asks what has become of an asynchronous operation. Its answer is cached only once it is final, and
 * the sight of that ends the operation's mark, in whatever process it was made.
 */
export interface PollRow<Input, Output> {
  readonly kind: "poll";
  /** Absent: the command asks for many operations at once, and is never cached. */
  readonly single?: {
    readonly key: KeyFront<Input>;
    /** What the operation is called, the same name that the write has given it. */
    operation(input: Input): string;
    finished(output: Output): boolean;
  };
}

/** A command that changes something. Functions here see a private copy of the input. */
export interface WriteRow<Input, Output> {
  readonly kind: "write";
  /**
   * What may be old once the command has left.
   * @param membership what `membership` asked for, when it is known
   */
  stale(input: Input, membership?: Membership): readonly string[];
  /** What may be old besides, known from the answer only. */
  staleAfter?(output: Output, input: Input): readonly string[];
  /** A membership that the input names and that `stale` wants to know more about. */
  membership?(input: Input): MembershipReference;
  /** The membership that the answer tells of. */
  created?(output: Output, input: Input): Membership;
  /** Present when the change may go on after the answer. Told the answer, says whether it does. */
  progress?(output: Output, input: Input): Progress;
}

/** What the cache knows about one command. */
export type Row<Input, Output> = ReadRow<Input, Output> | PollRow<Input, Output> | WriteRow<Input, Output>;

/** One row for each of the named commands, no fewer and no others. */
export type Rows<S extends Service, Names extends CommandName<S>> = {
  readonly [Name in Names]: Row<CommandInput<S, Name>, CommandOutput<S, Name>>;
};

/** An input or output of which only the shape of an object is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** A row whose command is known at run time only: its functions take what that command takes. */
export type AnyRow = AnyReadRow | AnyPollRow | AnyWriteRow;
export type AnyReadRow = ReadRow<Fields, Fields>;
export type AnyPollRow = PollRow<Fields, Fields>;
export type AnyWriteRow = WriteRow<Fields, Fields>;
/** The front of a key, of a row whose command is known at run time only. */
export interface AnyKeyFront {
  readonly resource: string;
  readonly operation: string;
  readonly identifier?: readonly string[] | ((input: Fields) => readonly (string | undefined)[]);
}
