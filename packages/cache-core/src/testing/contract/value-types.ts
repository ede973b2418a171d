import assert from "node:assert/strict";
import type { Check, Topic } from "./check.ts";

const id = "user:describe:u-1";

/** Makes a value of each type that structured data has; made anew, because what is shared gets frozen. */
const makers: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  "true and false": () => [true, false],
  "numbers of every kind": () => [0, -0, 1.5, 2 ** 31, -(2 ** 53), Number.NaN, Infinity, -Infinity, 5e-324],
  BigInts: () => [0n, -1n, 2n ** 63n, 2n ** 64n, -(2n ** 200n)],
  texts: () => ["", "a\u0000b", "🦊", "\ud800", "ümläut", "x".repeat(70_000)],
  "a Date": () => new Date(1_700_000_000_123),
  "a RegExp": () => /a+[b]/giu,
  "a Map with keys of every type": () =>
    new Map<unknown, unknown>([
      ["a", 1],
      [1, "a"],
      [null, new Map([[undefined, 2n]])],
    ]),
  "a Set": () => new Set<unknown>([1, "1", null, undefined, Number.NaN]),
  "typed arrays": () => [
    new Uint8Array([0, 1, 255]),
    new Int16Array([-1, 300]),
    new Float64Array([0.1, Number.NaN, -0]),
    new BigInt64Array([-1n, 2n ** 62n]),
    new Uint8Array(0),
  ],
  "an ArrayBuffer": () => new Uint8Array([1, 2, 3]).buffer,
  "an empty object and an empty array": () => [{}, []],
  "properties that are undefined, and names that are traps": () =>
    JSON.parse('{"__proto__":1,"constructor":2,"toJSON":3,"length":4,"then":5,"":6}') as unknown,
  "an array with holes": () => Object.assign(Array.from({ length: 0 }), { 3: "x", length: 6 }),
  "objects within objects": () => {
    let nested: unknown = "innermost";
    for (let depth = 0; depth < 200; depth++) nested = depth % 2 === 0 ? { nested } : [nested];
    return nested;
  },
  "an object in two places": () => {
    const shared = { name: "shared" };
    return { one: shared, other: shared };
  },
  "a cycle": () => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle["self"] = cycle;
    cycle["list"] = [cycle, new Map([["back", cycle]])];
    return cycle;
  },
  "a page of users": () => ({
    users: Array.from({ length: 500 }, (_, index) => ({
      userId: `u-${index}`,
      emails: [{ value: `u-${index}@example.com`, primary: true }],
      createdAt: new Date(index),
      title: undefined,
    })),
    nextToken: null,
  }),
};

/** Whatever structured data has as types comes back equal, and nobody can change it for the others. */
export const valueTypes: Topic = {
  name: "value types",
  checks: [
    ...Object.entries(makers).map(([name, make]): Check => ({
      name: `${name}: comes back equal, every time`,
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: make() });
        for (const time of ["once", "twice"]) {
          const reading = await handle.read(id);
          assert.equal(reading.state, "hit");
          assert.deepEqual(handle.valueOf(reading), make(), time);
        }
      },
    })),
    {
      name: "undefined is a value, not a miss",
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: undefined });
        assert.deepEqual(await handle.states(id, "nothing"), ["hit", "miss"]);
      },
    },
    {
      name: "a value of 2 MB comes back whole",
      check: async (run) => {
        const handle = await run.open();
        const bytes = Uint8Array.from({ length: 2_000_000 }, (_, index) => (index * 7) % 251);
        await handle.fill(id, { value: bytes });
        assert.ok(Buffer.from((await handle.value(id)) as Uint8Array).equals(Buffer.from(bytes)));
      },
    },
    {
      name: "who changes what he was given, or has given, changes nothing for others",
      needs: ["copies"],
      check: async (run) => {
        const handle = await run.open();
        const make = (): { list: number[]; bytes: Uint8Array; map: Map<string, number> } => ({
          list: [1],
          bytes: new Uint8Array([1]),
          map: new Map([["a", 1]]),
        });
        const change = (value: unknown): void => {
          const { list, bytes, map } = value as ReturnType<typeof make>;
          list.push(2);
          bytes.fill(9);
          map.clear();
        };
        const given = make();
        await handle.fill(id, { value: given });
        change(given);
        const first = await handle.value(id);
        assert.deepEqual(first, make());
        change(first);
        assert.deepEqual(await handle.value(id), make());
      },
    },
    {
      name: "everybody is given the same object, frozen",
      needs: ["references"],
      check: async (run) => {
        const handle = await run.open();
        await handle.fill(id, { value: { list: [{ name: "a" }] } });
        const value = (await handle.value(id)) as { readonly list: readonly object[] };
        assert.equal(await handle.value(id), value);
        assert.ok([value, value.list, value.list[0]].every((part) => Object.isFrozen(part)));
      },
    },
    {
      name: "any structured data comes back equal",
      check: async (run) => {
        const fc = await import("fast-check");
        const handle = await run.open();
        const values = fc.anything({
          maxDepth: 3,
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withSparseArray: true,
          withTypedArray: true,
          stringUnit: "binary",
        });
        await fc.assert(
          fc.asyncProperty(values, async (value) => {
            const expected = structuredClone(value);
            assert.equal((await handle.fill(id, { value })).outcome, "stored");
            assert.deepEqual(await handle.value(id), expected);
          }),
          { numRuns: 100, seed: 1 },
        );
      },
    },
  ],
};
