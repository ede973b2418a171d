import { Packr } from "msgpackr/pack";
import type { MaybePromise } from "../storage/cache-storage.ts";
import { after } from "../storage/maybe-promise.ts";
import { compress, decompress } from "./compression.ts";

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

/**
 * Returns the stored form of a value that `inspectValue` accepts.
 * @param plain what `inspectValue` said
 */
export function encodeValue(value: unknown, plain: boolean): Uint8Array {
  return plain ? formOf(0, packr.pack(value)) : formOf(flagV8, v8().serialize(value));
}

/** Returns the same form compressed where that is worth it, large ones by promise. Never fails. */
export function compressForm(form: Uint8Array): MaybePromise<Uint8Array> {
  const wrap = (compressed: Uint8Array | undefined): Uint8Array =>
    compressed === undefined ? form : formOf((form[1] as number) | flagZstd, compressed);
  return after(compress(form.subarray(headerBytes)), wrap);
}

/**
 * Returns the value of a stored form, every time a new one.
 * @returns undefined when this version, or this Node, cannot read it
 * @throws whatever the decoders throw on damaged bytes
 */
export function decodeValue(form: Uint8Array): { readonly value: unknown } | undefined {
  const flags = form[1];
  if (form[0] !== storedFormVersion || flags === undefined || (flags & ~knownFlags) !== 0) return undefined;
  let payload: Uint8Array | undefined = form.subarray(headerBytes);
  if (flags & flagZstd) payload = decompress(payload);
  if (payload === undefined) return undefined;
  // V8 gives binary data back as views of what it reads: the stored form must not be what callers can change.
  return { value: flags & flagV8 ? v8().deserialize(new Uint8Array(payload)) : packr.unpack(payload) };
}

function formOf(flags: number, payload: Uint8Array): Uint8Array {
  const form = new Uint8Array(headerBytes + payload.length);
  form[0] = storedFormVersion;
  form[1] = flags;
  form.set(payload, headerBytes);
  return form;
}

// Records say the names of properties once per stored form, so that each can be read by itself. BigInts stay BigInts.
const packr = new Packr({ useRecords: true, moreTypes: true, mapsAsObjects: false, int64AsType: "bigint" });

// Loaded when a value needs it: most do not.
const v8 = () => process.getBuiltinModule("node:v8");
