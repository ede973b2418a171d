import { expect, test } from "vitest";
import { closest } from "./closest.ts";

const words = ["user list", "user get", "group list-members", "--limit", "--json"];

test.each([
  ["user lits", "user list"],
  ["user", "user list"],
  ["usr get", "user get"],
  ["group listmembers", "group list-members"],
  ["--LIMIT", "--limit"],
  ["--jsno", "--json"],
  ["weather", undefined],
  ["x", undefined],
  ["", undefined],
])("%s is meant to be %s", (given, meant) => {
  expect(closest(given, words)).toBe(meant);
});
