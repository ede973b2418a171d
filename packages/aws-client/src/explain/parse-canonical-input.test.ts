import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalInput } from "../canonical-input.ts";
import { parseCanonicalInput } from "./parse-canonical-input.ts";

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.date(),
  fc.uint8Array(),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("value")),
    fc.dictionary(fc.string(), tie("value")),
  ),
}));

test("what was written is read back as it was", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: "binary" }), value, { minKeys: 1 }), (input) => {
      const text = canonicalInput(input);
      const read = parseCanonicalInput(text);
      expect(read).toBeDefined();
      expect(canonicalInput(read ?? {})).toBe(text);
      expect(read).toEqual({ ...input });
    }),
    { numRuns: 300 },
  );
});

test.each(["", "x", "all", "A=", 'A="1', "A=1&", 'A="1"B="2"', "A={1}", "A=[1", "d-1234567890", "A=x", "=1"])(
  "%s is nothing that was written",
  (text) => {
    expect(parseCanonicalInput(text)).toBeUndefined();
  },
);
