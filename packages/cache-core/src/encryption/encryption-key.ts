import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";

const algorithm = "aes-256-gcm";
/** Also how long the identifier of a key is in what it has sealed. */
export const keyIdBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
/** Bytes that sealing adds. */
export const sealOverhead: number = keyIdBytes + nonceBytes + tagBytes;

/**
 * One key, and what is derived from it: a key for each purpose, and an identifier that gives nothing away. Immutable.
 *
 * Nonces are random. NIST SP 800-38D, 8.3, bounds that to 2^32 of them under one key: 136 years at one a second. At that
 * bound the chance that any two are the same is 2^-33.
 */
export class EncryptionKey {
  /** Names the key: 16 hexadecimal digits. */
  readonly id: string;
  readonly #prefix: Buffer;
  readonly #values: KeyObject;
  readonly #names: KeyObject;

  constructor(secret: Uint8Array) {
    const derive = (purpose: string, length: number): Buffer =>
      Buffer.from(hkdfSync("sha256", secret, "", `awsideman cache 1: ${purpose}`, length));
    this.#prefix = derive("key id", keyIdBytes);
    this.id = this.#prefix.toString("hex");
    this.#values = createSecretKey(derive("values", 32));
    this.#names = createSecretKey(derive("names", 32));
  }

  /** Which key has sealed this; undefined when it is too short to be sealed at all. */
  static idOf(sealed: Uint8Array): string | undefined {
    return sealed.length < sealOverhead ? undefined : asBuffer(sealed).toString("hex", 0, keyIdBytes);
  }

  /**
   * Encrypts and authenticates `plain`, and authenticates `context` with it.
   * @param nonce only where the same must look the same: then a hash of all that is sealed
   */
  seal(plain: Uint8Array, context: string, nonce: Uint8Array = randomBytes(nonceBytes)): Buffer {
    const cipher = createCipheriv(algorithm, this.#values, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([this.#prefix, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws when it is not what this key has sealed, with this context */
  open(sealed: Uint8Array, context: string): Buffer {
    const bytes = asBuffer(sealed);
    const nonce = bytes.subarray(keyIdBytes, keyIdBytes + nonceBytes);
    const decipher = createDecipheriv(algorithm, this.#values, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const plain = decipher.update(bytes.subarray(keyIdBytes + nonceBytes, -tagBytes));
    // It throws here, before anything is given away. There is never more to come.
    decipher.final();
    return plain;
  }

  /** The same bytes for the same text, which nobody without the key can tell, or guess. */
  hash(text: string): Buffer {
    return createHmac("sha256", this.#names).update(text).digest().subarray(0, nonceBytes);
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
