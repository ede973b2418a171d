import { crc32 as expected } from "node:zlib";
import { describe, expect, onTestFinished, test, vi, type MockInstance } from "vitest";
import { crc32 } from "./crc32.ts";

test("is the sum that zlib has, before and after it is loaded", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  let bytes = 0;
  for (let length = 0; bytes < 600_000; length += 37) {
    const data = Uint8Array.from({ length }, (_, index) => (index * 7_919 + length) >>> 3);
    expect(crc32(data)).toBe(expected(data));
    expect(crc32(data, 0x12345678)).toBe(length === 0 ? 0x12345678 : expected(data, 0x12345678));
    bytes += length;
  }
});

describe("zlib", () => {
  async function fresh(): Promise<{
    sum: typeof crc32;
    load: MockInstance<typeof process.getBuiltinModule>;
  }> {
    vi.resetModules();
    const load = vi.spyOn(process, "getBuiltinModule");
    onTestFinished(() => load.mockRestore());
    return { sum: (await import("./crc32.ts")).crc32, load };
  }

  test("is loaded for what comes after 256 kB, however they come, and once", async () => {
    const { sum, load } = await fresh();
    for (let part = 0; part < 4; part++) sum(Buffer.alloc(64 * 1024));
    expect(load).not.toHaveBeenCalled();
    for (let part = 0; part < 3; part++) sum(Buffer.alloc(1));
    expect(load.mock.calls).toEqual([["node:zlib"]]);
  });

  test("makes no difference for a text: it is summed up as UTF-8", async () => {
    const { sum } = await fresh();
    const text = "Zoë ✓ 𝒳";
    for (let part = 0; part < 2; part++) {
      expect([sum(text), sum(text, 7), sum("", 7)]).toEqual([expected(text), expected(text, 7), 7]);
      sum(Buffer.alloc(300 * 1024));
    }
  });

  test("sums up whatever there is from then on; and nothing stays the sum that it was", async () => {
    const { sum, load } = await fresh();
    load.mockImplementation((() => ({ crc32: () => 42 })) as unknown as typeof process.getBuiltinModule);
    expect(sum(Buffer.from("123456789"))).toBe(0xcbf43926);
    sum(Buffer.alloc(256 * 1024));
    expect([sum(Buffer.alloc(1)), sum(Buffer.of(), 7), sum(Buffer.of())]).toEqual([42, 7, 0]);
  });
});
