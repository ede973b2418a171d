import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { applyToTree, type Edit } from "./edit-config.ts";
import { editedText } from "./edited-text.ts";
import type { Tree } from "./plain-yaml.ts";

const set = (name: string, value: string | number | boolean): Edit => ({ path: name.split("."), value });
const unset = (name: string): Edit => ({ path: name.split(".") });

const commented = `# Ours
default_profile: prod # for everybody

profiles:
    # the real one
    prod:
        region: "us-east-1" # there
        aws_profile: admin
`;

describe("an edited file", () => {
  test.each<[string, string, readonly Edit[], string]>([
    ["begins with nothing", "", [set("cache.default_ttl", 600)], "cache:\n  default_ttl: 600\n"],
    ["keeps a comment that is all it has", "# hi\n", [set("region", "a")], "# hi\n\nregion: a\n"],
    [
      "keeps comments, quotes, order and indentation",
      commented,
      [set("profiles.prod.region", "eu-west-1"), set("profiles.test.region", "a"), set("output", "json")],
      `# Ours
default_profile: prod # for everybody

profiles:
    # the real one
    prod:
        region: "eu-west-1" # there
        aws_profile: admin
    test:
        region: a
output: json
`,
    ],
    [
      "loses what is taken away, and what that leaves empty",
      "cache:\n  operation_ttls:\n    list_users: 5\nregion: a\n",
      [unset("cache.operation_ttls.list_users")],
      "region: a\n",
    ],
    [
      "keeps a profile that says nothing any more",
      "profiles:\n  a:\n    region: b\n",
      [unset("profiles.a.region")],
      "profiles:\n  a: {}\n",
    ],
    [
      "has members where there were none yet",
      "profiles:\nregion: a\n",
      [set("profiles.b.region", "c")],
      "profiles:\n  b:\n    region: c\nregion: a\n",
    ],
    [
      "has a profile of a name that everything in JavaScript has",
      "region: a\n",
      [set("profiles.constructor.region", "b")],
      "region: a\nprofiles:\n  constructor:\n    region: b\n",
    ],
    ["keeps its byte order mark", "\ufeffregion: a\n", [set("region", "b")], "\ufeffregion: b\n"],
    [
      "keeps the line ends of Windows",
      "# x\r\nregion: a\r\n",
      [set("output", "csv")],
      "# x\r\nregion: a\r\noutput: csv\r\n",
    ],
    [
      "has texts in quotes that would be something else",
      "",
      [set("region", "no"), set("output", "5")],
      'region: "no"\noutput: "5"\n',
    ],
    [
      "stays as it is where nothing is changed",
      "a:   1   # x\n",
      [set("a", 1), unset("b.c")],
      "a:   1   # x\n",
    ],
    [
      "changes one of two that were the same by an alias",
      "a: &a {region: b}\nprofiles: {c: *a}\n",
      [set("profiles.c.region", "d")],
      "a: &a { region: b }\nprofiles: { c: { region: d } }\n",
    ],
    [
      "finds a name that is a number",
      "profiles:\n  111122223333:\n    region: a\n",
      [set("profiles.111122223333.region", "b")],
      "profiles:\n  111122223333:\n    region: b\n",
    ],
    [
      "keeps what it does not know",
      "templates: [a, &b c]\n",
      [set("region", "a")],
      "templates: [ a, &b c ]\nregion: a\n",
    ],
  ])("%s", async (_, before, edits, after) => {
    expect(await editedText(before, "config.yaml", edits)).toBe(after);
  });

  test("in JSON stays JSON", async () => {
    const edits = [set("profiles.b.region", "c"), unset("x")];
    expect(await editedText('{\n    "x": 1,\n    "a": "b"\n}\n', "config.json", edits)).toBe(
      '{\n    "a": "b",\n    "profiles": {\n        "b": {\n            "region": "c"\n        }\n    }\n}\n',
    );
  });

  test("says what was asked for, and nothing else has changed, whatever it was", async () => {
    const name = fc.constantFrom("a", "region", "profiles", "x.y", "cache", "no", "1");
    const scalar = fc.constantFrom("text", "yes", "", " # ", "1", 5, 0.5, true, "a: b", "ü\n2", "- x", null);
    const { tree } = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
      tree: fc.dictionary(name, tie("value"), { maxKeys: 3 }),
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        scalar,
        fc.array(scalar, { maxLength: 2 }),
        tie("tree"),
      ),
    }));
    const value = fc.option(fc.constantFrom("text", "1", "no", 7, false), { nil: undefined });
    const path = fc.array(name, { minLength: 1, maxLength: 3 });
    const edit = fc.record({ path, value }) as fc.Arbitrary<Edit>;
    let made = 0;
    await fc.assert(
      fc.asyncProperty(tree, fc.array(edit, { maxLength: 3 }), async (before, edits) => {
        const text = stringify(before);
        const result = await editedText(text, "config.yaml", edits).catch((error: unknown) => error);
        const isMade = typeof result === "string";
        if (isMade) made += 1;
        // Some have no members, and cannot be given any.
        const outcome = isMade ? (parse(result) ?? {}) : /must have members/.test(String(result));
        expect(outcome).toEqual(isMade ? applyToTree(before as Tree, edits) : true);
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(100);
  });
});

describe("is refused", () => {
  test.each<[string, string, readonly Edit[], RegExp]>([
    ["with a mistake in it", "a: [\n", [set("region", "a")], /config\.yaml, line 2, column 1: /],
    ["where a value is in the way", "cache: off\n", [set("cache.enabled", true)], /^cache must have members/],
    [
      "where what a merge has brought would go",
      "a: &a {region: b, output: c}\nprofiles: {c: {<<: *a}}\n",
      [unset("profiles.c.region")],
      /cannot be changed from here/,
    ],
    [
      "where an alias would lead nowhere",
      "region: &a b\nx: *a\n",
      [unset("region")],
      /cannot be changed from here/,
    ],
  ])("a file %s", async (_, text, edits, message) => {
    await expect(editedText(text, "config.yaml", edits)).rejects.toThrow(message);
  });
});
