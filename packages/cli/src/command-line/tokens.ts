import { kebabCase, type Options } from "./option.ts";

/** A piece of a command line. */
export type Token =
  | { readonly kind: "word"; readonly text: string }
  | {
      readonly kind: "option";
      /** The key in the table of options; undefined for one that is not there. */
      readonly name: string | undefined;
      /** As it was written. */
      readonly written: string;
      /** Undefined where nothing follows, and for flags. */
      readonly value: string | undefined;
      /** Written together with the option: `--region=eu-west-1`, `-reu-west-1`. */
      readonly attached: boolean;
    };

/**
 * Takes a command line apart, as GNU programs do: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-vh` for flags,
 * and only words after `--`. Options may stand among the words. Judges nothing.
 */
export function tokenize(line: readonly string[], options: Options): readonly Token[] {
  const long = new Map<string, string>();
  const short = new Map<string, string>();
  for (const [name, option] of Object.entries(options)) {
    long.set(kebabCase(name), name);
    if (option.short !== undefined) short.set(option.short, name);
  }
  const takesValue = (name: string | undefined): boolean =>
    name !== undefined && options[name]?.kind !== "flag";

  const tokens: Token[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const text = line[index] as string;
    if (text === "--") {
      for (const word of line.slice(index + 1)) tokens.push({ kind: "word", text: word });
      break;
    }
    if (text.startsWith("--")) {
      const equals = text.indexOf("=");
      const written = equals === -1 ? text : text.slice(0, equals);
      const name = long.get(written.slice(2));
      const attached = equals !== -1;
      let value = attached ? text.slice(equals + 1) : undefined;
      if (!attached && takesValue(name)) value = line[(index += 1)];
      tokens.push({ kind: "option", name, written, value, attached });
    } else if (text.startsWith("-") && text !== "-") {
      for (let place = 1; place < text.length; place += 1) {
        const letter = text[place] as string;
        const name = short.get(letter);
        const rest = text.slice(place + 1);
        const attached = takesValue(name) && rest !== "";
        const value = attached ? rest : takesValue(name) ? line[(index += 1)] : undefined;
        tokens.push({ kind: "option", name, written: `-${letter}`, value, attached });
        if (attached) break;
      }
    } else {
      tokens.push({ kind: "word", text });
    }
  }
  return tokens;
}
