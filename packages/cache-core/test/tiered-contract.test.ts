import { FakeClock, storageContract, type ContractContext } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { TieredStorage, type Coherence } from "../src/tiered/tiered-storage.ts";
import { valueFormFor } from "../src/value/value-form.ts";
import { Fleet } from "./support/fleet.ts";
import { RemoteStorage } from "./support/remote-storage.ts";

const values = valueFormFor("copies", false);

function openTiered(coherence: Coherence, isRemote: boolean): (context: ContractContext) => TieredStorage {
  return ({ maxSizeMb, ...context }) => {
    const memory = openMemoryStorage({ maxSizeMb, maxEntries: 2_000 }, context);
    const far = isRemote ? new RemoteStorage(memory, "process") : memory;
    const near = openMemoryStorage({ maxSizeMb }, context);
    const { clock, emit } = context;
    return new TieredStorage({
      near: { storage: near, values },
      far: { storage: far, values },
      coherence,
      clock,
      emit,
    });
  };
}

const capabilities = { payload: "copies", reach: "process", persistent: false, bounded: true } as const;
const bounded = { kind: "bounded", maxStaleness: 1_000 } as const;

storageContract({
  name: "two tiers that agree at every read",
  moments: true,
  examines: true,
  capabilities,
  countsAnew: true,
  open: openTiered({ kind: "strict" }, false),
});

storageContract({
  name: "two tiers of which the far one is far away",
  capabilities,
  countsAnew: true,
  open: openTiered({ kind: "strict" }, true),
});

storageContract({
  name: "two tiers that agree from time to time",
  capabilities,
  countsAnew: true,
  open: openTiered(bounded, true),
});

for (const coherence of [{ kind: "strict" } as const, bounded]) {
  const clockOfServer = new FakeClock(1_900_000_000_000);
  const fleet = new Fleet(clockOfServer);
  storageContract({
    name: `two tiers, the far one of a fleet, ${coherence.kind}`,
    capabilities: { ...fleet.capabilities, payload: "copies" },
    counters: true,
    moments: true,
    examines: true,
    leases: true,
    countsAnew: true,
    time: (milliseconds) => clockOfServer.advance(milliseconds),
    ...(coherence.kind === "bounded" && { maxStaleness: coherence.maxStaleness }),
    breakStore: (store) => fleet.break(store),
    open: ({ store, maxSizeMb, ...context }) =>
      new TieredStorage({
        near: { storage: openMemoryStorage({ maxSizeMb, maxEntries: 2_000 }, context), values },
        far: { storage: fleet.open(store), values: valueFormFor("bytes", false) },
        coherence,
        clock: context.clock,
        emit: context.emit,
      }),
  });
}
