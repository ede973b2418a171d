import type { CacheEntry, Reading, Stamp } from "../storage/cache-storage.ts";
import { keysTag } from "./sealed-entry.ts";

/** The id of the register: no hidden id is as short. */
export const registerId = "~keys";

/**
 * What the storage itself says about its keys. Everything in it is named with the owner's key, so that whoever does not
 * have that key knows that he can neither read nor invalidate by name.
 */
export interface KeyRegister {
  /** The id of the key that names are hidden with. */
  readonly owner: string;
  /** The ids of keys whose holders are known to have the owner's, too: they may take its place. */
  readonly heirs: readonly string[];
  /** When the owner took another's place, by the ledger's clock; 0 for the first. What was named before is unknown to it. */
  readonly since: number;
}

/** What a holder of keys has to do. */
export type RegisterStep =
  | { readonly step: "use"; readonly register: KeyRegister }
  /** Write this besides: the owner's key is known, and so are others. */
  | { readonly step: "announce"; readonly register: KeyRegister }
  /** Nobody is there, or somebody who has said that this key may follow. */
  | { readonly step: "take"; readonly register: KeyRegister }
  /** It is another's. */
  | { readonly step: "leave"; readonly owner: string };

/**
 * @param keys ids, the key in use first, then older ones; at least one
 * @param found undefined: there is no register
 */
export function nextStep(keys: readonly string[], found: KeyRegister | undefined, now: number): RegisterStep {
  const oldest = keys.at(-1) as string;
  // The oldest: there may be others who have no newer one yet.
  if (found === undefined) return take(oldest, keys, now);
  const { owner, heirs, since } = found;
  if (keys.includes(owner)) {
    // Never an older one: whoever has that alone has come too late.
    const more = keys.slice(0, keys.indexOf(owner)).filter((key) => !heirs.includes(key));
    if (more.length === 0) return { step: "use", register: found };
    return { step: "announce", register: { owner, heirs: [...heirs, ...more], since } };
  }
  const heir = keys.findLast((key) => heirs.includes(key));
  return heir === undefined ? { step: "leave", owner } : take(heir, keys, now);
}

function take(owner: string, keys: readonly string[], now: number): RegisterStep {
  return { step: "take", register: { owner, heirs: keys.slice(0, keys.indexOf(owner)), since: now } };
}

/** The register as an entry like any other. */
export function toEntry(register: KeyRegister, stamp: Stamp): CacheEntry {
  const payload = Buffer.from(JSON.stringify({ version: 1, ...register }));
  return {
    id: registerId,
    tags: [keysTag],
    stamp,
    expiresAt: Infinity,
    staleUntil: Infinity,
    payload: new Uint8Array(payload),
    size: payload.length + 200,
  };
}

/** Undefined where there is none, or none that can be read. */
export function toRegister(reading: Reading): KeyRegister | undefined {
  if (reading.state === "miss") return undefined;
  try {
    const text = Buffer.from(reading.entry.payload as Uint8Array).toString();
    const { version, owner, heirs, since } = JSON.parse(text) as KeyRegister & { readonly version: unknown };
    const isSound =
      version === 1 && typeof owner === "string" && Array.isArray(heirs) && typeof since === "number";
    return isSound ? { owner, heirs, since } : undefined;
  } catch {
    return undefined;
  }
}
