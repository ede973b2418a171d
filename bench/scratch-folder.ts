import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Runs `action` with a folder of its own, which is removed afterwards. */
export async function withScratchFolder<Result>(
  action: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "awsideman-bench-"));
  try {
    return await action(folder);
  } finally {
    // What a cache still does in the background may be in the way.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
