import path from "node:path";
import { CacheManager, systemClock, type CacheStorage } from "@awsideman/cache-core";
import { openDiskStorage } from "@awsideman/storage-disk";
import { openMemoryStorage } from "@awsideman/storage-memory";
import { FillHistory } from "../packages/cache-core/src/explain/fill-history.ts";
import { StepHistory } from "../packages/cache-core/src/explain/step-history.ts";
import { StepTable } from "../packages/storage-disk/src/step-table.ts";
import { contest, sample, type Row } from "./contest.ts";
import { withScratchFolder } from "./scratch-folder.ts";

const context = { clock: systemClock, random: Math.random, emit: () => undefined };

/**
 * What it costs to remember what steps were recorded for, and what became of fills, so that somebody can ask why: with, and
 * with the note taken out.
 */
export async function remembering(): Promise<Row[]> {
  return withScratchFolder(async (folder) => {
    const memory = openMemoryStorage({}, context);
    const disk = await openDiskStorage({ cacheDir: path.join(folder, "cache") }, context);
    const cache = new CacheManager({ storage: { backend: "memory" } });
    await cache.getOrLoad("user:list:all", () => 1);
    let next = 0;
    const fill = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done++) await cache.getOrLoad(`user:describe:${next++}`, () => 1);
    };
    const inMemory = await contest(
      [
        { name: "memory, an invalidation, nothing noted", run: without(StepHistory, record(memory)) },
        { name: "memory, an invalidation", run: record(memory) },
      ],
      20_000,
    );
    const fills = await contest(
      [
        { name: "memory, a load and its fill, nothing noted", run: without(FillHistory, fill) },
        { name: "memory, a load and its fill", run: fill },
      ],
      5_000,
    );
    const durable = await sample(
      [
        { name: "disk, an invalidation, nothing noted", call: () => without(StepTable, record(disk))(1) },
        { name: "disk, an invalidation", call: () => record(disk)(1) },
      ],
      300,
    );
    await cache.close();
    disk.close();
    return [...inMemory, ...fills, ...durable];
  });
}

function record(storage: CacheStorage): (count: number) => Promise<void> {
  return async (count) => {
    for (let done = 0; done < count; done++) {
      const answer = storage.invalidate({
        tags: [`user:${done % 500}`, "users:d-1"],
        patterns: [],
        cause: "UpdateUser",
      });
      if (answer instanceof Promise) await answer;
    }
  };
}

/** The same while a class notes nothing. */
function without(
  { prototype }: { readonly prototype: { note(...given: never[]): void } },
  run: (count: number) => Promise<void>,
): (count: number) => Promise<void> {
  return async (count) => {
    const note = Object.getOwnPropertyDescriptor(prototype, "note") as PropertyDescriptor;
    Object.defineProperty(prototype, "note", { ...note, value: () => undefined });
    try {
      await run(count);
    } finally {
      Object.defineProperty(prototype, "note", note);
    }
  };
}
