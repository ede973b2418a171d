import { fromSimpleStore } from "@awsideman/cache-core";
import { storageContract } from "@awsideman/cache-core/testing";
import { AsyncMap } from "./support/async-map.ts";

const capabilities = { payload: "bytes", reach: "process", persistent: false, bounded: false } as const;

storageContract({
  name: "a Map",
  capabilities,
  open: (context) => fromSimpleStore(new Map(), context),
});

storageContract({
  name: "a map that answers by promise",
  capabilities,
  open: (context) => fromSimpleStore(new AsyncMap(), context),
});
