import { crc32 as expected } from "node:zlib";
import { expect, test } from "vitest";
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
