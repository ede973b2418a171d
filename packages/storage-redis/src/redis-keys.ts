/** The keys of one namespace. The braces make all of them live in one slot of a cluster. */
export interface RedisKeys {
  readonly ledger: string;
  readonly feed: string;
  readonly counters: string;
  /** Stands in front of an entry's id. */
  readonly entries: string;
  /** Stands in front of the id of what is being loaded. */
  readonly leases: string;
  /** Stands in front of the name of a moment. */
  readonly moments: string;
  /** Stands in front of an instance's name: where it hears that loads have ended. */
  readonly wakes: string;
  /** Stands in front of the name of a check, which tries there what it may do, and keeps nothing. */
  readonly scratch: string;
}

export function keysOf(namespace: string): RedisKeys {
  const prefix = `{${namespace}}:`;
  return {
    ledger: `${prefix}ledger`,
    feed: `${prefix}feed`,
    counters: `${prefix}counters`,
    entries: `${prefix}e:`,
    leases: `${prefix}l:`,
    moments: `${prefix}m:`,
    wakes: `${prefix}w:`,
    scratch: `${prefix}c:`,
  };
}

const slots = 16_384;

/** The slot of a cluster in which a namespace lives: CRC16 (XMODEM) of what is between the braces. */
export function slotOf(namespace: string): number {
  let crc = 0;
  for (const byte of Buffer.from(namespace)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc % slots;
}
