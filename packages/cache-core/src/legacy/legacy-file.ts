import { parseLegacyEntry, parseLegacyHead, type LegacyEntry } from "./legacy-entry.ts";

/**
 * What a file of the predecessor's cache turns out to hold. Its versions used one extension for four formats.
 * - `plain`: JSON, and the whole entry can be read.
 * - `pickle`: Python objects. To decode them is to run what they say, so nobody does; the header tells what it was.
 * - `encrypted`: with a key in the system's keychain.
 * - `damaged`: none of these, or a part of one.
 */
export type LegacyFile =
  | ({ readonly format: "plain" } & LegacyEntry)
  | ({ readonly format: "pickle" | "encrypted" } & Omit<LegacyEntry, "data">)
  | { readonly format: "damaged"; readonly problem: string };

/** A header is a few hundred bytes. */
const longestHeader = 65_536;

/** How a pickle of protocol 4 or 5 with its first frame begins. See https://docs.python.org/3/library/pickletools.html */
const pickleBeginnings: readonly (readonly number[])[] = [
  [0x80, 0x04, 0x95],
  [0x80, 0x05, 0x95],
];

/** Says what the bytes of a file are. Executes nothing, and throws nothing, whatever they are. */
export function recogniseLegacyFile(bytes: Uint8Array): LegacyFile {
  if (bytes[0] === 0x7b) {
    const entry = parseLegacyEntry(decode(bytes) ?? "");
    return "problem" in entry ? damaged(entry.problem) : { format: "plain", ...entry };
  }
  if (bytes.length < 4) return damaged("is too short");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length === 0 || length > longestHeader) return damaged("has neither JSON nor a header");
  if (bytes.length < 4 + length) return damaged("ends within its header");
  const header = parseObject(decode(bytes.subarray(4, 4 + length)));
  if (header === undefined) return damaged("has a header that is no JSON");
  const head = parseLegacyHead(header);
  if ("problem" in head) return damaged(head.problem);
  const payload = bytes.subarray(4 + length);
  const size: unknown = (header as { data_size?: unknown }).data_size;
  if (payload.length === 0 || (typeof size === "number" && payload.length < size))
    return damaged("ends within its data");
  // The header of one version said "encrypted" of everything; what it is stands in the payload.
  const isPickle = pickleBeginnings.some((beginning) =>
    beginning.every((byte, index) => payload[index] === byte),
  );
  return { format: isPickle ? "pickle" : "encrypted", ...head };
}

function damaged(problem: string): LegacyFile {
  return { format: "damaged", problem };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseObject(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "");
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
