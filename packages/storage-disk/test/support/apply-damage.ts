import { closeSync, openSync, readSync, truncateSync, writeSync } from "node:fs";

export type Damage =
  | { readonly kind: "flip"; readonly offset: number; readonly bit: number }
  | { readonly kind: "cut"; readonly length: number };

/** Some damage to a file of this size, mostly a single flipped bit. */
export function randomDamage(size: number, random: () => number): Damage[] {
  if (random() < 0.1) return [{ kind: "cut", length: Math.floor(random() * size) }];
  const count = random() < 0.7 ? 1 : 3;
  return Array.from({ length: count }, () => ({
    kind: "flip",
    offset: Math.floor(random() * size),
    bit: Math.floor(random() * 8),
  }));
}

/** Never in a process that has the file open: closing a file gives up all of the process's locks on it. */
export function applyDamage(file: string, damages: readonly Damage[]): void {
  for (const damage of damages) {
    if (damage.kind === "cut") truncateSync(file, damage.length);
    else flipBit(file, damage);
  }
}

function flipBit(file: string, { offset, bit }: { readonly offset: number; readonly bit: number }): void {
  const descriptor = openSync(file, "r+");
  try {
    const byte = Buffer.alloc(1);
    if (readSync(descriptor, byte, 0, 1, offset) === 0) return;
    byte[0] = (byte[0] as number) ^ (1 << bit);
    writeSync(descriptor, byte, 0, 1, offset);
  } finally {
    closeSync(descriptor);
  }
}
