import { expect, test } from "vitest";
import { readSessionDuration } from "./session-duration.ts";

test.each([
  ["8h", "PT8H"],
  ["PT8H", "PT8H"],
  ["90m", "PT1H30M"],
  ["1h30m", "PT1H30M"],
  ["pt12h", "PT12H"],
  ["60m", "PT1H"],
])("%s is %s", (text, duration) => {
  expect(readSessionDuration(text)).toBe(duration);
});

test.each(["", "PT", "8", "59m", "13h", "1d", "PT1H1S", "-1h", "h"])(
  "%j is no session's duration",
  (text) => {
    expect(() => readSessionDuration(text)).toThrow(/--session-duration must be 1h to 12h/);
  },
);
