// Writes the caches that the predecessor's versions left on disk, one file of each kind, for the tests of reading and
// importing them:
//
//     node --conditions=@awsideman/source scripts/predecessor-cache.ts FOLDER
//
// L1 and L2 are its flat directory, U1 and U2 the one of its unified manager.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An entry as the predecessor had it: times in seconds. */
export interface PredecessorEntry {
  readonly data: unknown;
  readonly created_at: number;
  readonly ttl: number;
  readonly key: string;
  readonly operation: string;
}

/** The format of the first version, and of the second without encryption. */
export function plainFile(entry: PredecessorEntry): Uint8Array {
  return Buffer.from(JSON.stringify(entry, null, 2));
}

/** The second version with encryption: the header in clear, and all of the entry encrypted. */
export function encryptedFile(entry: PredecessorEntry, key: Uint8Array, type?: "aes256"): Uint8Array {
  const vector = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key, vector);
  const payload = Buffer.concat([vector, cipher.update(JSON.stringify(entry)), cipher.final()]);
  return withHeader(entry, payload, { encrypted: true, ...(type && { encryption_type: type }) });
}

/** The unified manager: a pickle, of which its first versions said that it was encrypted. */
export function pickleFile(entry: PredecessorEntry, encrypted: boolean): Uint8Array {
  return withHeader(entry, pickled(JSON.stringify(entry.data)), { encrypted });
}

/** A pickle of protocol 4 with one text in it. */
export function pickled(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  // BINUNICODE, the text, MEMOIZE, STOP.
  const frame = Buffer.concat([Buffer.from("X"), length, bytes, Buffer.from([0x94, 0x2e])]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(frame.length));
  return Buffer.concat([Buffer.from([0x80, 0x04, 0x95]), size, frame]);
}

function withHeader(
  { created_at, ttl, key, operation }: PredecessorEntry,
  payload: Buffer,
  encryption: object,
): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({ ...encryption, created_at, ttl, key, operation, data_size: payload.length }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  return Buffer.concat([length, header, payload]);
}

/** Puts a file where the predecessor looks for its key. */
export function writePredecessorFile(folder: string, key: string, bytes: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${createHash("sha256").update(key).digest("hex")}.json`);
  writeFileSync(file, bytes);
  return file;
}

/**
 * Writes a folder with a file of each kind, whole ones and broken ones.
 * @param now milliseconds since 1970: when they were stored
 */
export function writePredecessorCache(folder: string, now: number): void {
  const account = {
    Id: "111122223333",
    Arn: "arn:aws:organizations::999988887777:account/o-exampleorg1/111122223333",
    Name: "app-prod",
    Status: "ACTIVE",
    JoinedTimestamp: "2024-01-02 03:04:05+00:00",
  };
  const entry = (key: string, operation: string, data: unknown): PredecessorEntry => ({
    data,
    created_at: now / 1000,
    ttl: 43_200,
    key,
    operation,
  });
  const put = (place: string, one: PredecessorEntry, bytes: Uint8Array): string =>
    writePredecessorFile(place, one.key, bytes);
  const key = randomBytes(32);
  const unified = join(folder, "profiles", "prod");

  // Its key is the hash of describe_account, of this account, for profile prod in us-east-1.
  const known = entry("describe_account_7736e3d6738f301c", "describe_account", account);
  put(folder, known, plainFile(known));
  const unknown = entry("list_parents_0123456789abcdef", "list_parents", []);
  put(folder, unknown, plainFile(unknown));
  const secret = entry("list_roots_0123456789abcdef", "list_roots", []);
  put(folder, secret, encryptedFile(secret, key));
  const first = entry("user:list:all", "list_users", []);
  put(folder, first, pickleFile(first, true));
  const second = entry("user:describe:u-1", "describe_user", {});
  put(unified, second, pickleFile(second, false));
  const sealed = entry("group:list:all", "list_groups", []);
  put(unified, sealed, encryptedFile(sealed, key, "aes256"));
  const whole = entry("describe_account_0000000000000001", "describe_account", account);
  put(folder, whole, plainFile(whole).subarray(0, 100));
  const cut = entry("group:describe:g-1", "describe_group", {});
  put(unified, cut, pickleFile(cut, false).subarray(0, 40));
  const corrupt = entry("describe_account_0000000000000002", "describe_account", {});
  put(folder, corrupt, Buffer.from("not an entry\n"));
  const empty = entry("describe_account_0000000000000003", "describe_account", {});
  put(folder, empty, Buffer.alloc(0));
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Name the folder to write to");
  writePredecessorCache(folder, Date.now());
}
