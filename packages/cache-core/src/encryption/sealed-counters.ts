import type { Counters } from "../storage/cache-storage.ts";
import type { EncryptionKey } from "./encryption-key.ts";

const context = "counter 1";

/**
 * Counters under encrypted names. The same name looks the same each time, so that the storage can add: its nonce is a
 * hash of it. The numbers can be read.
 */
export function sealCounters(counters: Counters, key: EncryptionKey): Counters {
  return Object.fromEntries(
    Object.entries(counters).map(([name, value]) => {
      const sealed = key.seal(Buffer.from(name), context, key.hash(`counter\n${name}`));
      return [sealed.toString("base64url"), value];
    }),
  );
}

/** Those of all keys that are known here, by their names. */
export function openCounters(counters: Counters, keys: ReadonlyMap<string, EncryptionKey>): Counters {
  const opened: Record<string, number> = {};
  for (const key of keys.values()) {
    for (const [sealed, value] of Object.entries(counters)) {
      const name = attempt(() => key.open(Buffer.from(sealed, "base64url"), context).toString());
      if (name !== undefined) opened[name] = (opened[name] ?? 0) + value;
    }
  }
  return opened;
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
