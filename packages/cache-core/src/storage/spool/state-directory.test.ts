import { expect, test } from "vitest";
import { assertOutboxDirectory, defaultOutboxDirectory } from "./state-directory.ts";

test.each([
  ["linux", {}, "/home/u/.local/state/awsideman/outbox"],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/awsideman/outbox"],
  ["linux", { XDG_STATE_HOME: "relative" }, "/home/u/.local/state/awsideman/outbox"],
  ["linux", { XDG_STATE_HOME: "" }, "/home/u/.local/state/awsideman/outbox"],
  ["darwin", { XDG_STATE_HOME: "/state" }, "/home/u/Library/Application Support/awsideman/outbox"],
  ["win32", { LOCALAPPDATA: "C:\\Local" }, "C:\\Local\\awsideman\\outbox"],
  ["win32", {}, "\\home\\u\\AppData\\Local\\awsideman\\outbox"],
] as const)("on %s with %o it is %s", (platform, variables, expected) => {
  expect(defaultOutboxDirectory({ platform, variables, home: "/home/u" })).toBe(expected);
});

test.each([
  ["linux", {}, undefined],
  ["linux", { XDG_STATE_HOME: "/state" }, "/state/awsideman/outbox"],
  ["darwin", {}, undefined],
  ["win32", {}, undefined],
  ["win32", { LOCALAPPDATA: "C:\\Local" }, "C:\\Local\\awsideman\\outbox"],
] as const)("without a home, on %s with %o, it is %s", (platform, variables, expected) => {
  expect(defaultOutboxDirectory({ platform, variables, home: undefined })).toBe(expected);
});

test("a relative path is refused: every process has to find the same directory", () => {
  expect(() => assertOutboxDirectory("outbox", "`outboxDirectory`")).toThrow(
    new TypeError('`outboxDirectory` must be an absolute path, received "outbox"'),
  );
  expect(() => assertOutboxDirectory(5, "`outboxDirectory`")).toThrow(TypeError);
  expect(() => assertOutboxDirectory(undefined, "`outboxDirectory`")).not.toThrow();
});
