import { describe, expect, test } from "vitest";
import {
  encryptedFile,
  pickleFile,
  plainFile,
  type PredecessorEntry,
} from "../../../../scripts/predecessor-cache.ts";
import { encodeLegacyEntry, isFresh, parseLegacyEntry } from "./legacy-entry.ts";
import { recogniseLegacyFile } from "./legacy-file.ts";

const entry: PredecessorEntry = {
  data: { Id: "111122223333", Name: "Zoë" },
  created_at: 1795339132.5,
  ttl: 3600,
  key: "describe_account_7736e3d6738f301c",
  operation: "describe_account",
};
const head = { key: entry.key, operation: entry.operation, createdAt: 1795339132500, ttl: 3_600_000 };
const key = new Uint8Array(32).fill(7);

describe("a file of the predecessor's", () => {
  test("is read where it is plain", () => {
    expect(recogniseLegacyFile(plainFile(entry))).toEqual({ format: "plain", ...head, data: entry.data });
  });

  test.for<[string, Uint8Array, string]>([
    ["a pickle that says so", pickleFile(entry, false), "pickle"],
    ["a pickle that says it is encrypted", pickleFile(entry, true), "pickle"],
    ["an encrypted one of the second version", encryptedFile(entry, key), "encrypted"],
    ["an encrypted one of the unified manager", encryptedFile(entry, key, "aes256"), "encrypted"],
  ])("is told by its header where it is %s", ([, bytes, format]) => {
    expect(recogniseLegacyFile(bytes)).toEqual({ format, ...head });
  });

  test.for<[string, Uint8Array]>([
    ["empty", new Uint8Array()],
    ["three bytes", new Uint8Array(3)],
    ["a text", Buffer.from("not an entry\n")],
    ["half of a plain one", plainFile(entry).subarray(0, 80)],
    ["half of a header", pickleFile(entry, false).subarray(0, 40)],
    ["a header without its data", pickleFile(entry, false).subarray(0, -1)],
    ["an array", Buffer.from("{]")],
    ["JSON that is no entry", Buffer.from("{}")],
    ["an entry without data", Buffer.from(JSON.stringify({ ...entry, data: undefined }))],
    ["an entry whose times are texts", Buffer.from(JSON.stringify({ ...entry, ttl: "3600" }))],
    ["an entry with a time before 1970", Buffer.from(JSON.stringify({ ...entry, created_at: -1 }))],
    ["an entry without a key", Buffer.from(JSON.stringify({ ...entry, key: 7 }))],
    ["no UTF-8", Buffer.concat([Buffer.from('{"key": "'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
    ["a header of four gigabytes", new Uint8Array([0xff, 0xff, 0xff, 0xff, 0x7b, 0x7d])],
    ["a header that is a number", Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from("7abc")])],
  ])("is damaged where it is %s", ([, bytes]) => {
    expect(recogniseLegacyFile(bytes)).toEqual({ format: "damaged", problem: expect.any(String) });
  });

  test("is recognised within larger memory", () => {
    const padded = Buffer.concat([Buffer.from("xxxx"), pickleFile(entry, false)]);
    expect(recogniseLegacyFile(padded.subarray(4))).toMatchObject({ format: "pickle", key: entry.key });
  });
});

describe("an entry of the predecessor's", () => {
  const known = { ...head, data: entry.data };

  test("is written as it is read", () => {
    expect(parseLegacyEntry(encodeLegacyEntry(known))).toEqual(known);
    expect(JSON.parse(encodeLegacyEntry(known))).toEqual(entry);
    expect(encodeLegacyEntry(known)).toMatch(/^\{\n {2}"data": \{\n {4}"Id"/);
  });

  test("has times as Python shows them", () => {
    const joined = encodeLegacyEntry({ ...known, data: [{ Joined: new Date(0) }] });
    expect(JSON.parse(joined).data).toEqual([{ Joined: "1970-01-01 00:00:00+00:00" }]);
    expect(JSON.parse(encodeLegacyEntry({ ...known, data: new Date(0) })).data).toBe(
      "1970-01-01 00:00:00+00:00",
    );
  });

  test("is fresh until its time to live is over, and never from the future", () => {
    const { createdAt, ttl } = known;
    expect(isFresh(known, createdAt)).toBe(true);
    expect(isFresh(known, createdAt + ttl)).toBe(true);
    expect(isFresh(known, createdAt + ttl + 1)).toBe(false);
    expect(isFresh(known, createdAt - 1)).toBe(false);
  });
});
