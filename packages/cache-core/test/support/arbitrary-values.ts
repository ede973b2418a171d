import fc from "fast-check";

/** Names of properties that are traps for those who copy or encode. */
const propertyName = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toJSON",
    "length",
    "0",
    "-1",
    "",
    "hasOwnProperty",
    "then",
    "\ud800",
  ),
);

const binary = fc
  .uint8Array({ maxLength: 40 })
  .chain((bytes) =>
    fc.constantFrom<unknown>(
      bytes,
      Buffer.from(bytes),
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      new DataView(bytes.slice().buffer),
      new Uint8ClampedArray(bytes),
      new Int8Array(bytes),
      new Uint16Array(bytes),
      new Int16Array(bytes),
      new Uint32Array(bytes),
      new Int32Array(bytes),
      new Float32Array(bytes),
      new Float64Array(bytes),
      new BigInt64Array([...bytes].map(BigInt)),
      new BigUint64Array([...bytes].map(BigInt)),
    ),
  );

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\ud800", "\udfff\ud800x", "x".repeat(3_000), "я".repeat(50)),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((codes) => String.fromCharCode(...codes)),
);

const primitive = fc.oneof(
  text,
  fc.boolean(),
  fc.constantFrom(
    undefined,
    null,
    0,
    -0,
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    -(2 ** 40),
    2 ** 31,
    2 ** 32,
  ),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 600n), max: 2n ** 600n }),
  fc.constantFrom(2n ** 63n, 2n ** 64n, -(2n ** 63n), 0n),
);

const makers: readonly (() => unknown)[] = [
  () => ({}),
  () => [],
  () => new Map(),
  () => new Set(),
  () => /a+/giu,
  () => new Date(0),
];

const leaf = fc.oneof(
  { weight: 4, arbitrary: primitive },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: false }) },
  { weight: 1, arbitrary: binary },
  { weight: 1, arbitrary: fc.constantFrom(...makers).map((make) => make()) },
);

/** A plain object with exactly these own properties, `__proto__` included. */
function objectOf(entries: readonly (readonly [string, unknown])[], prototype: object | null): object {
  const object = Object.create(prototype) as object;
  for (const [name, value] of entries)
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  return object;
}

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 5 }),
    fc.sparseArray(tie("value"), { maxLength: 6, maxNumElements: 3 }),
    fc
      .array(fc.tuple(propertyName, tie("value")), { maxLength: 6 })
      .map((entries) => objectOf(entries, Object.prototype)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new Set(items)),
    // The same object in two places, and a cycle.
    tie("value").map((item) => [item, item]),
    tie("value").map((item) => {
      const cycle: unknown[] = [item];
      cycle.push(cycle, { cycle });
      return cycle;
    }),
  ),
}));

/** Structured data of every kind that can be stored. */
export const structuredData: fc.Arbitrary<unknown> = value;
