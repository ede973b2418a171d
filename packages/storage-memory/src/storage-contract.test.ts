import { storageContract } from "@awsideman/cache-core/testing";
import { openMemoryStorage } from "./open-memory-storage.ts";

for (const copy of [true, false]) {
  storageContract({
    name: copy ? "memory, by copy" : "memory, by reference",
    capabilities: {
      payload: copy ? "copies" : "references",
      reach: "process",
      persistent: false,
      bounded: true,
    },
    moments: true,
    examines: true,
    open: ({ maxSizeMb, ...context }) => openMemoryStorage({ copy, maxSizeMb, maxEntries: 10_000 }, context),
  });
}
