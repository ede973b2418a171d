import assert from "node:assert/strict";
import type * as FastCheck from "fast-check";
import type { ContractRun } from "./contract-run.ts";
import { hostileIds } from "./hostile-names.ts";

type Step =
  | {
      readonly kind: "fill";
      readonly id: string;
      readonly size: number;
      readonly ttl: number;
      readonly staleFor: number;
    }
  | { readonly kind: "read" | "invalidate"; readonly id: string }
  | { readonly kind: "list" }
  | { readonly kind: "advance"; readonly milliseconds: number };

interface Known {
  readonly value: string;
  readonly expiresAt: number;
  readonly staleUntil: number;
}

/** How far a clock that goes on by itself may have gone during a check; times of entries keep away from that. */
const grain = 600_000;

function steps(fc: typeof FastCheck): FastCheck.Arbitrary<readonly Step[]> {
  // Few ids, so that they meet; besides any text.
  const id = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...hostileIds) },
    { weight: 3, arbitrary: fc.constantFrom("user:list", "user:list:all", "user") },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  );
  const span = fc.oneof(
    fc.integer({ min: 1, max: 20 }).map((grains) => grains * grain),
    fc.constantFrom(0, -grain, 2 ** 31 + grain, Infinity),
  );
  return fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("fill" as const),
        id,
        size: fc.oneof(fc.nat(200), fc.nat(20_000)),
        ttl: span,
        staleFor: fc.constantFrom(0, grain, 3 * grain),
      }),
      fc.record({ kind: fc.constantFrom("read" as const, "invalidate" as const), id }),
      fc.record({ kind: fc.constant("list" as const) }),
      fc.record({
        kind: fc.constant("advance" as const),
        // A little more, so that nothing ends just now.
        milliseconds: fc
          .oneof(
            fc.nat(10).map((grains) => grains * grain),
            fc.constant(2 ** 31),
          )
          .map((span) => span + grain / 100),
      }),
    ),
    { maxLength: 30 },
  );
}

/** Does the same things to the storage and to a map with a clock, and compares what they say. */
export async function checkAgainstMap(run: ContractRun): Promise<void> {
  const fc = await import("fast-check");
  let round = 0;
  const property = fc.asyncProperty(steps(fc), async (sequence) => {
    const handle = await run.open({ place: `-${++round}` });
    const map = new Map<string, Known>();
    let now = (await handle.stamp()).time;
    const stateOf = (id: string): "hit" | "stale" | "miss" => {
      const known = map.get(id);
      if (known === undefined || now >= known.staleUntil) return "miss";
      return now < known.expiresAt ? "hit" : "stale";
    };
    for (const [index, step] of sequence.entries()) {
      switch (step.kind) {
        case "fill": {
          const value = `${index} `.padEnd(step.size, "x");
          const { id, ttl, staleFor } = step;
          // A tag of its own: what the others have in common is another topic.
          assert.equal((await handle.fill(id, { value, tags: [`=${id}`], ttl, staleFor })).outcome, "stored");
          map.set(id, { value, expiresAt: now + ttl, staleUntil: now + ttl + staleFor });
          break;
        }
        case "read": {
          const reading = await handle.read(step.id);
          assert.equal(reading.state, stateOf(step.id));
          if (reading.state !== "miss") assert.equal(handle.valueOf(reading), map.get(step.id)?.value);
          break;
        }
        case "invalidate":
          await handle.invalidate({ tags: [`=${step.id}`] });
          map.delete(step.id);
          break;
        case "list": {
          const expected = [...map.keys()].filter((id) => stateOf(id) === "hit");
          assert.deepEqual(await handle.ids(), expected.toSorted());
          break;
        }
        case "advance":
          await run.advance(step.milliseconds);
          now += step.milliseconds;
          break;
      }
    }
    await run.close(handle);
  });
  await fc.assert(property, { numRuns: 30, seed: 1 });
}
