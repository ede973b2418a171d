import { ManyKeys, type Sizes } from "../tests/leaks/many-keys.ts";

const keys = 1_000_000;
const maxEntries = 10_000;
/** After how many keys to look. */
const looks: readonly number[] = [0, 100_000, 250_000, 500_000, keys];

/** Prints what a cache holds after a million distinct keys. Takes minutes. @throws Error when anything is left */
export async function leaks(): Promise<void> {
  for (const kind of ["at once", "by promise"] as const) {
    console.log(`leaks: a storage of at most ${maxEntries} entries that answers ${kind}`);
    const many = new ManyKeys(kind, maxEntries);
    let asked = 0;
    for (const look of looks) {
      await many.ask(look - asked);
      asked = look;
      globalThis.gc?.();
      const sizes = await many.sizes();
      print(look, process.memoryUsage().heapUsed, sizes);
      const { flights, pending, timers, listeners } = sizes;
      if (flights + pending + timers + listeners > 0) throw new Error("Something of the keys is left");
    }
    await many.close();
  }
}

function print(asked: number, heap: number, sizes: Sizes): void {
  const counts = Object.entries(sizes).map(([name, size]) => `${name} ${size}`);
  const megabytes = (heap / 1024 / 1024).toFixed(1);
  console.log(`  ${String(asked).padStart(9)} keys  heap ${megabytes.padStart(6)} MB  ${counts.join(", ")}`);
}
