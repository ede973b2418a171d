import type { Fields } from "../catalog/row.ts";

/**
 * The inverse of `canonicalInput`.
 * @returns undefined for a text that `canonicalInput` does not write
 */
export function parseCanonicalInput(text: string): Fields | undefined {
  const reader = new Reader(text);
  const fields: Record<string, unknown> = {};
  try {
    for (;;) {
      const name = reader.name();
      reader.expect("=");
      set(fields, name, reader.value());
      if (reader.isAtEnd) return fields;
      reader.expect("&");
    }
  } catch {
    return undefined;
  }
}

/** What stands at one place, each from the place on: see `canonicalInput`. */
const tokens = {
  plainName: /[A-Za-z]\w*/y,
  string: /"(?:[^"\\]|\\.)*"/y,
  bigint: /(-?\d+)n/y,
  number: /-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)|NaN/y,
  word: /true|false|null|undefined/y,
  date: /Date\((-?\d+|NaN)\)/y,
  bytes: /Bytes\(([\w-]*)\)/y,
} as const;

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** @throws SyntaxError unless it stands here */
  expect(text: string): void {
    if (!this.#skip(text)) throw new SyntaxError(`${text} is missing`);
  }

  name(): string {
    return this.#take(tokens.plainName)?.[0] ?? (JSON.parse(this.#string()) as string);
  }

  value(): unknown {
    if (this.#skip("[")) return this.#list();
    if (this.#skip("{")) return this.#object();
    const date = this.#take(tokens.date);
    if (date) return new Date(Number(date[1]));
    const bytes = this.#take(tokens.bytes);
    if (bytes) return new Uint8Array(Buffer.from(bytes[1] as string, "base64url"));
    const word = this.#take(tokens.word);
    if (word) return words[word[0]];
    const bigint = this.#take(tokens.bigint);
    if (bigint) return BigInt(bigint[1] as string);
    const number = this.#take(tokens.number);
    return number ? Number(number[0]) : JSON.parse(this.#string());
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    if (this.#skip("]")) return items;
    do items.push(this.value());
    while (this.#skip(","));
    this.expect("]");
    return items;
  }

  #object(): Fields {
    const fields: Record<string, unknown> = {};
    if (this.#skip("}")) return fields;
    do {
      const name = JSON.parse(this.#string()) as string;
      this.expect(":");
      set(fields, name, this.value());
    } while (this.#skip(","));
    this.expect("}");
    return fields;
  }

  #string(): string {
    const found = this.#take(tokens.string);
    if (found === null) throw new SyntaxError("A string is missing");
    return found[0];
  }

  #skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text);
    if (found) this.#at = token.lastIndex;
    return found;
  }
}

/** An own property, whatever its name. */
function set(fields: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
}
