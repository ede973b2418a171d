import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeValue, encodeValue, storedFormVersion } from "./stored-form.ts";

const users = Array.from({ length: 200 }, (_, index) => ({
  UserId: `9067${index}`,
  UserName: `user-${index}@example.com`,
}));

describe("the stored form", () => {
  test("of another version, or with unknown flags, is a miss", () => {
    const form = encodeValue(users, true);
    expect(decodeValue(form.with(0, storedFormVersion + 1))).toBeUndefined();
    expect(decodeValue(form.with(0, 0))).toBeUndefined();
    for (const flag of [4, 8, 16, 32, 64, 128]) expect(decodeValue(form.with(1, flag))).toBeUndefined();
    expect(decodeValue(new Uint8Array(0))).toBeUndefined();
    expect(decodeValue(new Uint8Array([storedFormVersion]))).toBeUndefined();
  });

  test("reads the forms of earlier releases", () => {
    // Written by the release of the version's first byte: they must be read as they were, or be a miss.
    const committed: readonly (readonly [string, unknown])[] = [
      [
        "010092d4724092a6557365724964a6416374697665a3752d31c340a3752d32c2",
        [
          { UserId: "u-1", Active: true },
          { UserId: "u-2", Active: false },
        ],
      ],
      [
        "0100d4724095a26174a474616773a56e616d6573a46e6f6e65a56279746573d6ff00015180d4730091a16181a16bd30000000000000001d40000c70374010102",
        {
          at: new Date(86_400_000),
          tags: new Set(["a"]),
          names: new Map([["k", 1n]]),
          none: undefined,
          bytes: new Uint8Array([1, 2]),
        },
      ],
      // oxlint-disable-next-line no-sparse-arrays -- that is what is tested
      ["0101ff0f610349004e0000000000000080490400630200d8400203", [-0, , "\ud800"]],
      ["010228b52ffd60dc06a5000068d4724091a474657874da07d0610100ccffe00b", { text: "a".repeat(2_000) }],
    ];
    for (const [hex, value] of committed)
      expect(decodeValue(Buffer.from(hex, "hex"))?.value).toStrictEqual(value);
  });

  test("damaged bytes are an exception or another value, and never anything that runs", () => {
    const form = encodeValue(users, true);
    fc.assert(
      fc.property(
        fc.nat(form.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(form.length),
        (at, flip, cut) => {
          const damaged = form.slice(0, cut);
          if (at < damaged.length) damaged[at] = (damaged[at] as number) ^ flip;
          expect(typeof attempt(() => decodeValue(damaged)?.value)).not.toBe("function");
        },
      ),
      { numRuns: 500 },
    );
  });

  test("binary data is no view of the stored bytes", () => {
    const value = { small: new Uint8Array([1, 2]), large: new Uint8Array(20_000).fill(7) };
    const form = encodeValue(value, true);
    const before = form.slice();
    const read = decodeValue(form)?.value as typeof value;
    read.small.fill(9);
    read.large.fill(9);
    expect(form).toEqual(before);
    expect(Object.getPrototypeOf(read.large)).toBe(Uint8Array.prototype);
    const again = decodeValue(Buffer.from(form))?.value as typeof value;
    expect(Object.getPrototypeOf(again.large)).toBe(Uint8Array.prototype);
  });
});

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
