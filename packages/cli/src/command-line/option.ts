interface Described {
  readonly summary: string;
  /** One letter, without the dash. */
  readonly short?: string;
}

interface WithValue extends Described {
  /** What stands for the value in the help. */
  readonly value: string;
  readonly required?: boolean;
}

/** What has to be true of a text. */
export interface TextRule {
  readonly pattern: RegExp;
  /** Ends the sentence "must be …". */
  readonly meaning: string;
}

/** An option. Its name is the key that it stands under, in kebab case: `displayName` is `--display-name`. */
export type OptionDescription =
  | (Described & { readonly kind: "flag" })
  | (WithValue & { readonly kind: "text"; readonly rule?: TextRule; readonly mayBeEmpty?: boolean })
  /** May be there more than once; all of them count. */
  | (WithValue & { readonly kind: "texts"; readonly rule?: TextRule })
  | (WithValue & { readonly kind: "count"; readonly minimum: number })
  /** `30s`, `5m`, `1h`, `2d`; a number without a unit is of seconds. Read as milliseconds. */
  | (WithValue & { readonly kind: "duration" })
  | (WithValue & { readonly kind: "choice"; readonly choices: readonly string[] });

/** What stands on the line without a name. */
export interface ArgumentDescription {
  readonly summary: string;
  readonly optional?: boolean;
  /** One or several words: only the last argument can be. */
  readonly several?: boolean;
  /** What each of them must be. */
  readonly choices?: readonly string[];
  readonly rule?: TextRule;
}

export type Options = Readonly<Record<string, OptionDescription>>;
/** In the order in which they stand on the line; the optional ones last. */
export type Arguments = Readonly<Record<string, ArgumentDescription>>;

type Value<Option extends OptionDescription> = Option extends { readonly kind: "flag" }
  ? boolean
  : Option extends { readonly kind: "texts" }
    ? readonly string[]
    : Given<Option> | (Option extends { readonly required: true } ? never : undefined);

type Given<Option extends OptionDescription> = Option extends { readonly kind: "count" | "duration" }
  ? number
  : Option extends { readonly kind: "choice"; readonly choices: readonly (infer Choice)[] }
    ? Choice
    : string;

export type OptionValues<Given extends Options> = { readonly [Name in keyof Given]: Value<Given[Name]> };

export type ArgumentValues<Given extends Arguments> = {
  readonly [Name in keyof Given]: Given[Name] extends { readonly several: true }
    ? readonly Word<Given[Name]>[]
    : Word<Given[Name]> | (Given[Name] extends { readonly optional: true } ? undefined : never);
};

type Word<Argument extends ArgumentDescription> = Argument extends {
  readonly choices: readonly (infer Choice)[];
}
  ? Choice
  : string;

/** What a parsed line gives: arguments and options by name. */
export type Values = Readonly<Record<string, string | readonly string[] | number | boolean | undefined>>;

/** `displayName` as it is written on the line: `display-name`. */
export function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
