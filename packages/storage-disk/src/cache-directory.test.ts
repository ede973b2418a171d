import { expect, test } from "vitest";
import { defaultCacheDirectory } from "./cache-directory.ts";

test.each([
  ["linux", {}, "/home/ada", "/home/ada/.cache/awsideman"],
  ["linux", { XDG_CACHE_HOME: "/var/caches/ada" }, "/home/ada", "/var/caches/ada/awsideman"],
  ["linux", { XDG_CACHE_HOME: "" }, "/home/ada", "/home/ada/.cache/awsideman"],
  ["linux", { XDG_CACHE_HOME: "relative" }, "/home/ada", "/home/ada/.cache/awsideman"],
  ["freebsd", {}, "/home/ada", "/home/ada/.cache/awsideman"],
  ["darwin", { XDG_CACHE_HOME: "/ignored" }, "/Users/ada", "/Users/ada/Library/Caches/awsideman"],
  ["win32", { LOCALAPPDATA: "D:\\Local" }, "C:\\Users\\ada", "D:\\Local\\awsideman"],
  ["win32", {}, "C:\\Users\\ada", "C:\\Users\\ada\\AppData\\Local\\awsideman"],
] as const)(
  "on %s with %o the cache is where the platform keeps caches",
  (platform, variables, home, directory) => {
    expect(defaultCacheDirectory({ platform, variables, home })).toBe(directory);
  },
);

test("on this machine it is an absolute path", () => {
  expect(defaultCacheDirectory()).toMatch(/^(?:\/|[A-Z]:\\).*awsideman$/);
});
