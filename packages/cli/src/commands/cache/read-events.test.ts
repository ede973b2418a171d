import { expect, test } from "vitest";
import { readEvents } from "./read-events.ts";

test.each<[string, string, ReturnType<typeof readEvents>]>([
  ["one event", '{"a":1}', [{ where: "the event", value: { a: 1 } }]],
  ["one event over several lines", '{\n  "a": 1\n}\n', [{ where: "the event", value: { a: 1 } }]],
  [
    "an array",
    '[{"a":1}, 2]',
    [
      { where: "event 1", value: { a: 1 } },
      { where: "event 2", value: 2 },
    ],
  ],
  [
    "lines",
    '{"a":1}\r\n\n{"b":2}\n',
    [
      { where: "line 1", value: { a: 1 } },
      { where: "line 3", value: { b: 2 } },
    ],
  ],
  [
    "lines with a bad one among them",
    '{"a":1}\n{"b":\n{"c":3}',
    [
      { where: "line 1", value: { a: 1 } },
      { where: "line 2", error: "is not JSON" },
      { where: "line 3", value: { c: 3 } },
    ],
  ],
  ["one document with a mistake", '{\n  "a": 1,\n}', [{ where: "the input", error: "is not JSON" }]],
  ["a word", "event", [{ where: "the input", error: "is not JSON" }]],
  ["nothing", " \n ", []],
  ["an empty array", "[]", []],
])("%s", (_, text, expected) => {
  expect(readEvents(text)).toEqual(expected);
});
