const keyBytes = 32;

/** Texts of 32 bytes: hexadecimal, or base64 of either alphabet. */
const forms = /^(?:(?<hex>[0-9a-f]{64})|(?<base64>[\w+/-]{43}=?))$/i;

/**
 * The keys of an encrypted cache: the one in use, and after it older ones, as they came from whoever keeps them. They can
 * be had by asking for them, but are never shown where an object is printed or turned into JSON.
 */
export class SecretKeys {
  readonly #keys: readonly Uint8Array[];

  private constructor(keys: readonly Uint8Array[]) {
    this.#keys = keys;
  }

  /**
   * Reads keys as people write them: one or more, separated by white space or commas, each 32 bytes in base64 or
   * hexadecimal, as `openssl rand -base64 32` makes them. The first is the one in use.
   * @param origin what the message calls the text; the text itself is in no message
   * @throws TypeError when it is anything else
   */
  static parse(text: unknown, origin: string): SecretKeys {
    const words = typeof text === "string" ? text.split(/[\s,]+/).filter((word) => word !== "") : [];
    if (words.length === 0)
      throw new TypeError(`${origin} must be a key of 32 bytes, received nothing of the kind`);
    return new SecretKeys(words.map((word, index) => bytesOf(word, origin, index)));
  }

  /** The bytes themselves, the key in use first. */
  reveal(): readonly Uint8Array[] {
    return this.#keys;
  }
}

function bytesOf(word: string, origin: string, index: number): Uint8Array {
  const { hex, base64 } = forms.exec(word)?.groups ?? {};
  const bytes = hex === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(hex, "hex");
  if (bytes.length === keyBytes) return bytes;
  const which = index === 0 ? "a key" : `keys, and number ${index + 1} is none:`;
  throw new TypeError(
    `${origin} must be ${which} of 32 bytes in base64 or hexadecimal, as \`openssl rand -base64 32\` makes it, received ${word.length} characters of another form`,
  );
}
