import { zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, test, vi } from "vitest";
import { compressForm, decodeValue, encodeValue } from "./stored-form.ts";

const users = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({
    UserId: `9067${index}`,
    UserName: `user-${index}@example.com`,
  }));

afterEach(() => void vi.restoreAllMocks());

describe("compression", () => {
  test("makes a page of users smaller, at once, and gives it back", () => {
    const form = encodeValue(users(200), true);
    const compressed = compressForm(form) as Uint8Array;
    expect(compressed.length).toBeLessThan(form.length * 0.5);
    expect(decodeValue(compressed)?.value).toEqual(users(200));
  });

  test("of what is large is done off this thread", async () => {
    const form = encodeValue(users(10_000), true);
    const compressed = compressForm(form);
    expect(compressed).toBeInstanceOf(Promise);
    expect((await compressed).length).toBeLessThan(form.length * 0.5);
    expect(decodeValue(await compressed)?.value).toEqual(users(10_000));
  });

  test("leaves alone what is smaller than a page of a database, and what does not become smaller", () => {
    const short = encodeValue(users(50), true);
    expect(short.length).toBeLessThan(4_096);
    expect(compressForm(short)).toBe(short);
    const noise = encodeValue(crypto.getRandomValues(new Uint8Array(5_000)), true);
    expect(compressForm(noise)).toBe(noise);
  });

  test("is marked in the form, together with what it compresses", () => {
    const sparse = encodeValue(Object.assign([], { 4_000: "end", 1: "a".repeat(5_000) }), false);
    const compressed = compressForm(sparse) as Uint8Array;
    expect([sparse[1], compressed[1]]).toEqual([1, 3]);
    expect(decodeValue(compressed)).toEqual(decodeValue(sparse));
  });

  test("that would grow without bound when it is read is an error, and is never made", () => {
    const bomb = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => decodeValue(Buffer.from([1, 2, ...bomb]))).toThrow(/larger than 1048576 bytes/);
    const blank = encodeValue("a".repeat(100_000 * 12), true);
    return Promise.resolve(compressForm(blank)).then((form) => expect(form).toBe(blank));
  });

  test("that is damaged is an error", () => {
    const compressed = compressForm(encodeValue(users(200), true)) as Uint8Array;
    // Node 22 gives what there is of it, in which the value does not end.
    expect(() => decodeValue(compressed.slice(0, 200))).toThrow(
      /unexpected end of (?:file|MessagePack data)/i,
    );
    expect(() => decodeValue(compressed.with(2, 0))).toThrow("Unknown frame descriptor");
  });

  test("where Node has no zstd, is not done, and what others compressed is a miss", () => {
    const form = encodeValue(users(200), true);
    const compressed = compressForm(form) as Uint8Array;
    const getBuiltinModule = process.getBuiltinModule.bind(process);
    vi.spyOn(process, "getBuiltinModule").mockImplementation(
      (name: string) =>
        ({ ...getBuiltinModule(name), zstdCompress: undefined, zstdDecompressSync: undefined }) as never,
    );
    expect(compressForm(form)).toBe(form);
    expect(decodeValue(compressed)).toBeUndefined();
    expect(decodeValue(form)?.value).toEqual(users(200));
  });
});
