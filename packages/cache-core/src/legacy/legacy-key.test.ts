import { describe, expect, test } from "vitest";
import { legacyCacheKey, legacyFileName } from "./legacy-key.ts";
import { pythonJson, pythonTime } from "./python-json.ts";

describe("a key of the predecessor", () => {
  test("is the one that its own files have", () => {
    const caller = { profile: "prod", region: "us-east-1" };
    expect(legacyCacheKey("describe_account", { account_id: "111122223333" }, caller)).toBe(
      "describe_account_7736e3d6738f301c",
    );
  });

  test("without a profile and a region is that of `default` in us-east-1", () => {
    const key = legacyCacheKey("list_roots", {}, { profile: "default", region: "us-east-1" });
    expect(legacyCacheKey("list_roots", {})).toBe(key);
    expect(legacyCacheKey("list_roots", {}, { profile: "", region: "" })).toBe(key);
    expect(legacyCacheKey("list_roots", {}, { profile: "other" })).not.toBe(key);
    expect(legacyCacheKey("list_roots", {}, { region: "eu-west-1" })).not.toBe(key);
  });

  test("names a file by its hash", () => {
    // printf %s list_roots | sha256sum
    expect(legacyFileName("list_roots")).toBe(
      "90fb125048937c77497db5362d11d3387f8ba010937b0b5bb3a4255d9d8feab5.json",
    );
  });
});

describe("JSON as Python writes it", () => {
  test.for<[unknown, string]>([
    [{ b: 1, a: [true, null, "x"] }, '{"a": [true, null, "x"], "b": 1}'],
    [{}, "{}"],
    [[], "[]"],
    [
      { filter_type: "SERVICE_CONTROL_POLICY", target_id: "r-1" },
      '{"filter_type": "SERVICE_CONTROL_POLICY", "target_id": "r-1"}',
    ],
    ["Zoë \u{1f600}\u007f", '"Zo\\u00eb \\ud83d\\ude00\\u007f"'],
    ['"\\\n\t\u0001', '"\\"\\\\\\n\\t\\u0001"'],
    [{ "\u{1f600}": 1, "\uffff": 2, a: 3 }, '{"a": 3, "\\uffff": 2, "\\ud83d\\ude00": 1}'],
    [{ left: undefined, out: 1 }, '{"out": 1}'],
    [new Date(Date.UTC(2024, 0, 2, 3, 4, 5)), '"2024-01-02 03:04:05+00:00"'],
  ])("of %j is %s", ([value, text]) => {
    expect(pythonJson(value)).toBe(text);
  });

  test("there is none of what is no data", () => {
    expect(() => pythonJson(Number.NaN)).toThrow(TypeError);
    expect(() => pythonJson({ call: () => undefined })).toThrow(TypeError);
  });

  test("shows a part of a second as microseconds", () => {
    expect(pythonTime(new Date(Date.UTC(2024, 0, 2, 3, 4, 5, 60)))).toBe("2024-01-02 03:04:05.060000+00:00");
  });
});
