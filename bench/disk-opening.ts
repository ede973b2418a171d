import { spawnSync } from "node:child_process";
import path from "node:path";
import { median, withRatios, type Row } from "./contest.ts";
import { checkDiskCache, diskCaches } from "./disk-caches.ts";
import { sampleUser } from "./sample-user.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const rounds = 21;
const openingKey = "user:describe:user-1";

/**
 * Opening a cache on disk in a new process, from the import to the first hit; Node's own start is left aside. What is
 * built is run: `pnpm build` first.
 */
export async function diskOpening(): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const contenders = Object.entries(diskCaches).map(([name, open], index) => ({
      name,
      open,
      folder: path.join(folder, String(index)),
      times: [] as number[],
    }));
    for (const contender of contenders) {
      const cache = await contender.open(contender.folder);
      await checkDiskCache(cache, "user:describe:check", sampleUser("check"));
      await cache.set(openingKey, sampleUser(openingKey));
      await cache.close();
    }
    for (let round = 0; round <= rounds; round++)
      for (const { name, folder: own, times } of contenders) {
        const time = openOnce(name, own);
        if (round > 0) times.push(time);
      }
    return withRatios(contenders.map(({ name, times }) => ({ name, median: median(times), unit: "us" })));
  });
}

function openOnce(name: string, folder: string): number {
  const program = path.join(import.meta.dirname, "disk-opening-process.ts");
  const { status, stdout } = spawnSync(process.execPath, [program, name, folder], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`${name} has ended with ${status}`);
  return Number(stdout);
}
