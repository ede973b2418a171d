import { expect, test } from "vitest";
import { holdsSecret, redact } from "./redact.ts";

const secret = { isSecret: true };

test.each([
  ["rediss://ada:open-sesame@cache:6379/1", "rediss://ada:(hidden)@cache:6379/1"],
  ["redis://:open-sesame@cache:6379", "redis://:(hidden)@cache:6379"],
  ["redis://ada@cache:6379", "redis://ada@cache:6379"],
  ["redis://cache:6379", "redis://cache:6379"],
  ["ab".repeat(32), "(hidden)"],
])("%s is shown as %s", (value, shown) => {
  expect(redact(secret, value)).toBe(shown);
  expect(holdsSecret(secret, value)).toBe(value !== shown);
});

test("what is no secret is shown as it is", () => {
  expect(redact({ isSecret: false }, "redis://:open-sesame@cache")).toBe("redis://:open-sesame@cache");
  expect(redact({ isSecret: false }, 5)).toBe(5);
  expect(holdsSecret({ isSecret: false }, "redis://:open-sesame@cache")).toBe(false);
});
