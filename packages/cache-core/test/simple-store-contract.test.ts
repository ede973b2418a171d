import { fromSimpleStore } from "@awsideman/cache-core";
import { storageContract } from "@awsideman/cache-core/testing";
import { AsyncMap } from "./support/async-map.ts";

const capabilities = { payload: "bytes", reach: "process", persistent: false, bounded: false } as const;

storageContract({
  name: "a Map",
  capabilities,
  open: (context) => fromSimpleStore(new Map(), context),
});

const stores = new Map<string, AsyncMap>();

storageContract({
  name: "a map that answers by promise",
  capabilities,
  open: ({ store, ...context }) => {
    const map = new AsyncMap();
    stores.set(store, map);
    return fromSimpleStore(map, context);
  },
  breakStore: (store) => {
    const map = stores.get(store) as AsyncMap;
    map.isBroken = true;
    return () => void (map.isBroken = false);
  },
});
