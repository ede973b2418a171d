import type * as FastCheck from "fast-check";
import { items, keys, targets } from "./catalogue.ts";
import { type Action, configured, type Disturbance, type Operation, outcomes, type Plan } from "./plan.ts";
import { faultKinds, faultyCalls } from "./scheduled-storage.ts";

/** Plans with so many operations at most. Everything gets smaller when a counterexample is made simpler. */
export function arbitraryPlan(fc: typeof FastCheck, maxOperations: number): FastCheck.Arbitrary<Plan> {
  const processes = fc.integer({ min: 1, max: 2 });
  // Close together, so that things overlap, but for some that find what others have left behind.
  const time = fc.oneof(
    { arbitrary: fc.nat(12), weight: 5 },
    { arbitrary: fc.nat(60), weight: 3 },
    { arbitrary: fc.nat(200), weight: 1 },
  );
  const few = fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat(120), weight: 1 });
  const rarely = fc.oneof(
    { arbitrary: fc.constant(false), weight: 3 },
    { arbitrary: fc.constant(true), weight: 1 },
  );
  const lasting = fc.nat(70);
  const item = fc.oneof(
    { arbitrary: fc.constant("u1" as const), weight: 2 },
    { arbitrary: fc.constantFrom(...items), weight: 1 },
  );
  // Two keys do most of the work, so that operations meet.
  const key = fc.oneof(
    { arbitrary: fc.constantFrom("user:describe:u1", "user:list:all"), weight: 2 },
    { arbitrary: fc.constantFrom("report:of:all", "group:members:g1", "report:of:known"), weight: 2 },
    { arbitrary: fc.constantFrom(...keys), weight: 1 },
  );
  const target = fc.constantFrom(...targets);

  const read = fc.record({
    kind: fc.constant("read" as const),
    key,
    slow: few,
    giveUp: few,
  });
  const others: readonly FastCheck.WeightedArbitrary<Action>[] = [
    { arbitrary: fc.record({ kind: fc.constant("invalidate" as const), target }), weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant("change" as const), item }), weight: 4 },
    {
      arbitrary: fc.record({
        kind: fc.constant("write" as const),
        item,
        outcome: fc.constantFrom(...outcomes),
        pause: few,
      }),
      weight: 7,
    },
    { arbitrary: fc.record({ kind: fc.constant("delete" as const), key }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant("set" as const), key, stamped: fc.boolean() }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant("clear" as const), target }), weight: 1 },
    {
      arbitrary: fc.record({
        kind: fc.constant("read-many" as const),
        keys: fc.uniqueArray(key, { minLength: 1, maxLength: 3 }),
      }),
      weight: 2,
    },
  ];
  const action = fc.oneof<FastCheck.WeightedArbitrary<Action>[]>({ arbitrary: read, weight: 20 }, ...others);
  const operation: FastCheck.Arbitrary<Operation> = fc.record({
    actor: fc.nat(3),
    at: time,
    seed: fc.nat(0xffff),
    action,
  });

  const disturbance: FastCheck.Arbitrary<Disturbance> = fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant("storage-fault" as const),
        at: time,
        process: fc.nat(1),
        fault: fc.constantFrom(...faultKinds),
        on: fc.constantFrom(...faultyCalls),
        lasts: lasting,
      }),
      weight: 4,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant("source-down" as const),
        at: time,
        key: fc.oneof(fc.constant("*"), key),
        lasts: fc.nat(300),
      }),
      weight: 2,
    },
    {
      arbitrary: fc.record({
        kind: fc.constant("clock-jump" as const),
        at: time,
        by: fc.constantFrom(-50, 100, -3_600_000, 31_536_000_000),
      }),
      weight: 1,
    },
    { arbitrary: fc.record({ kind: fc.constant("kill" as const), at: time, process: fc.nat(1) }), weight: 1 },
  );

  const configure: FastCheck.Arbitrary<Disturbance> = fc.record({
    kind: fc.constant("configure" as const),
    at: time,
    process: fc.nat(1),
    store: fc.oneof({ arbitrary: fc.constant("another"), weight: 4 }, fc.constantFrom(...configured)),
  });
  const troubles = fc.oneof(
    { arbitrary: fc.constant([]), weight: 1 },
    { arbitrary: fc.array(disturbance, { maxLength: 3 }), weight: 2 },
  );
  const configurations = fc.oneof(
    { arbitrary: fc.constant([]), weight: 2 },
    { arbitrary: fc.array(configure, { maxLength: 3, size: "max" }), weight: 1 },
  );

  return fc.record({
    processes,
    lag: fc.constantFrom(0, 10),
    ttl: fc.constantFrom(Infinity, 300, 60, 20),
    callers: fc.oneof({ arbitrary: fc.constant(1), weight: 3 }, { arbitrary: fc.constant(2), weight: 1 }),
    staleIfError: fc.boolean(),
    refreshAhead: rarely,
    atOnce: fc.boolean(),
    operations: fc.array(operation, { minLength: 1, maxLength: maxOperations, size: "max" }),
    disturbances: fc.tuple(troubles, configurations).map((lists) => lists.flat()),
  });
}
