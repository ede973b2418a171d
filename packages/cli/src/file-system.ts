import type * as nodeFileSystem from "node:fs";

/**
 * `node:fs`, without an import: that makes Node load all of the promise API as well, which takes as long as reading a
 * hundred users from the cache.
 */
export const fileSystem: typeof nodeFileSystem = process.getBuiltinModule("node:fs");
