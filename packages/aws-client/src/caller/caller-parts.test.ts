import { expect, test } from "vitest";
import { callerName } from "./caller-parts.ts";

test("the name of a part is different for different parts, whatever is in them", () => {
  const parts = {
    caller: "a",
    service: "sso-admin",
    region: "r",
    endpoint: undefined,
    sdkVersion: "1",
  } as const;
  const names = [
    parts,
    { ...parts, caller: "a sso-admin@1", region: "r" },
    { ...parts, caller: "a%20b" },
    { ...parts, caller: "a b" },
    { ...parts, region: "r e" },
    { ...parts, endpoint: "e" },
    { ...parts, sdkVersion: "2" },
    { ...parts, service: "identitystore" } as const,
  ].map(callerName);
  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => name.split(" ").length <= 4)).toBe(true);
});
