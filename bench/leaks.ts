import { ManyKeys, type Sizes } from "../tests/leaks/many-keys.ts";
import type { Row } from "./contest.ts";

const keys = 1_000_000;
const maxEntries = 10_000;
/** After how many keys to look. */
const looks: readonly number[] = [0, 100_000, 250_000, 500_000, keys];

/** What a cache holds after a million distinct keys. Nothing here is timed: it prints a table of its own. */
export async function leaks(): Promise<Row[]> {
  for (const kind of ["at once", "by promise"] as const) {
    console.log(`leaks: a storage of at most ${maxEntries} entries that answers ${kind}`);
    const many = new ManyKeys(kind, maxEntries);
    let asked = 0;
    for (const look of looks) {
      await many.ask(look - asked);
      asked = look;
      globalThis.gc?.();
      print(look, process.memoryUsage().heapUsed, await many.sizes());
    }
    await many.close();
  }
  return [];
}

function print(asked: number, heap: number, sizes: Sizes): void {
  const counts = Object.entries(sizes).map(([name, size]) => `${name} ${size}`);
  const megabytes = (heap / 1024 / 1024).toFixed(1);
  console.log(`  ${String(asked).padStart(9)} keys  heap ${megabytes.padStart(6)} MB  ${counts.join(", ")}`);
}
