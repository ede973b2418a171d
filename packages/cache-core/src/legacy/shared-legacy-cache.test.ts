import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { CacheManager } from "../cache-manager.ts";
import { getCacheManager, LegacyCacheManager } from "./index.ts";

afterEach(() => vi.unstubAllEnvs());

test("the cache under its old name is the one instance", () => {
  expect(getCacheManager()).toBe(CacheManager.getInstance());
  vi.stubEnv("AWSIDEMAN_USE_UNIFIED_CACHE", "true");
  expect(getCacheManager()).toBe(CacheManager.getInstance());
});

test("the cache of before is chosen by the environment, and by nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "legacy-"));
  try {
    vi.stubEnv("AWSIDEMAN_USE_UNIFIED_CACHE", "false");
    vi.stubEnv("AWSIDEMAN_CACHE_FILE_DIR", folder);
    vi.stubEnv("AWSIDEMAN_CACHE_BACKEND", "redis");
    vi.stubEnv("AWSIDEMAN_CACHE_REDIS_URL", "redis://127.0.0.1");
    vi.stubEnv("AWSIDEMAN_CACHE_DEFAULT_TTL", "60");
    vi.stubEnv("AWSIDEMAN_CACHE_MAX_SIZE_MB", "1");
    const cache = getCacheManager();
    expect(cache).toBeInstanceOf(LegacyCacheManager);
    expect(getCacheManager()).toBe(cache);
    await cache.set("k", "value");
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await cache.getOrLoad("k", () => "loaded")).toBe("value");
    expect(await cache.getStats()).toMatchObject({ validEntries: 1, maxSizeBytes: 1024 * 1024 });
    await cache.invalidate("k");
    expect(await cache.get("k")).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a variable that is wrong is told, whichever cache it is", () => {
  vi.stubEnv("AWSIDEMAN_USE_UNIFIED_CACHE", "perhaps");
  expect(() => getCacheManager()).toThrow(/AWSIDEMAN_USE_UNIFIED_CACHE/);
});
