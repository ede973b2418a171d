import { Packr } from "msgpackr/pack";

/**
 * The stored form of a value: one byte of version, one of flags, then the payload. Nothing in it can execute.
 * Another version, or flags that are not known here, is not an error but a miss.
 */
export const storedFormVersion = 1;

// Payloads that MessagePack cannot bring back as they were: holes, cycles, unusual views, text that is no Unicode.
const flagV8 = 1;
const flagZstd = 2;
const knownFlags = flagV8 | flagZstd;
const headerBytes = 2;

/** Below this many bytes compressing saves less than the page of a database that the entry takes anyway. */
const compressAbove = 1024;

export interface EncodeOptions {
  /** What `inspectValue` said. */
  readonly plain: boolean;
  readonly compress: boolean;
}

/** Returns the stored form of a value that `inspectValue` accepts. */
export function encodeValue(value: unknown, { plain, compress }: EncodeOptions): Uint8Array {
  let payload: Uint8Array = plain ? packr.pack(value) : v8().serialize(value);
  let flags = plain ? 0 : flagV8;
  if (compress && payload.length > compressAbove) {
    const compressed = zlib().zstdCompressSync(payload);
    if (compressed.length < payload.length) {
      payload = compressed;
      flags |= flagZstd;
    }
  }
  const form = new Uint8Array(headerBytes + payload.length);
  form[0] = storedFormVersion;
  form[1] = flags;
  form.set(payload, headerBytes);
  return form;
}

/**
 * Returns the value of a stored form, every time a new one.
 * @returns undefined when this version cannot read it
 * @throws whatever the decoders throw on damaged bytes
 */
export function decodeValue(form: Uint8Array): { readonly value: unknown } | undefined {
  const flags = form[1];
  if (form[0] !== storedFormVersion || flags === undefined || (flags & ~knownFlags) !== 0) return undefined;
  let payload: Uint8Array = form.subarray(headerBytes);
  if (flags & flagZstd) payload = zlib().zstdDecompressSync(payload);
  // V8 gives binary data back as views of what it reads: the stored form must not be what callers can change.
  return { value: flags & flagV8 ? v8().deserialize(new Uint8Array(payload)) : packr.unpack(payload) };
}

// Records say the names of properties once per stored form, so that each can be read by itself. BigInts stay BigInts.
const packr = new Packr({ useRecords: true, moreTypes: true, mapsAsObjects: false, int64AsType: "bigint" });

// Loaded when a value needs them: most do not, and a process that lives for one read has 5 ms more.
const v8 = () => process.getBuiltinModule("node:v8");
const zlib = () => process.getBuiltinModule("node:zlib");
