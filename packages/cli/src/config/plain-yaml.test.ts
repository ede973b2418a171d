import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePlainYaml } from "./plain-yaml.ts";
import { parseYaml } from "./yaml-document.ts";

const usual = `# Identity Center
default_profile: prod
profiles:
  prod:
    region: us-east-1   # not where the accounts are
    sso_instance_arn: arn:aws:sso:::instance/ssoins-0123456789abcdef
    sso_display_name: "The real one"
    cache:
      default_ttl: 600

  my-test.2:
    region: 'eu-west-1'
    aws_profile: test admin
cache:
  enabled: true
  file_cache_dir: ~/.awsideman/cache
  operation_ttls:
    list_users: 60
    ListGroups: 0
templates:
`;

describe("what most configurations are written in", () => {
  test("is read without the library, as the library reads it", () => {
    const plain = parsePlainYaml(usual);
    expect(plain).toEqual(parseYaml(usual, "config.yaml"));
    expect(plain?.tree).toMatchObject({
      profiles: { "my-test.2": { aws_profile: "test admin" } },
      cache: { enabled: true, operation_ttls: { list_users: 60 } },
      templates: null,
    });
    expect(plain?.lines.get("cache\0operation_ttls\0list_users")).toBe(18);
  });

  test("also with the line ends of Windows", () => {
    expect(parsePlainYaml(usual.replaceAll("\n", "\r\n"))).toEqual(parsePlainYaml(usual));
  });

  test.each(["", "\n\n", "# nothing\n"])("also when there is nothing in it: %j", (text) => {
    expect(parsePlainYaml(text)).toEqual({ tree: {}, lines: new Map() });
  });
});

test.each(["{}\n", "# ours\n\n{}\n# theirs", "profiles:\n  a: {}\n  b: {} # none\nregion: c\n"])(
  "what has no members any more is read without the library: %j",
  (text) => {
    const plain = parsePlainYaml(text);
    expect(plain).toBeDefined();
    expect(plain).toEqual(parseYaml(text, "config.yaml"));
  },
);

test.each([
  ["a list", "a:\n  - b\n"],
  ["a list on a line", "a: [b]\n"],
  ["a mapping on a line", "a: {b: c}\n"],
  ["an anchor", "a: &b c\n"],
  ["an alias", "a: *b\n"],
  ["a tag", "a: !!str 1\n"],
  ["a text of lines", "a: |\n  b\n"],
  ["a text that goes on", "a: b\n  c\n"],
  ["escapes", 'a: "b\\n"\n'],
  ["a quote in quotes", "a: 'it''s'\n"],
  ["a number sign in quotes", 'a: "b # c"\n'],
  ["a number with a point", "a: 1.5\n"],
  ["an octal number", "a: 010\n"],
  ["a word of YAML 1.1", "a: yes\n"],
  ["such a word as a name", "no: a\n"],
  ["a date", "a: 2024-01-02\n"],
  ["a name that is a number", "111122223333: a\n"],
  ["a name of JavaScript's", "__proto__: a\n"],
  ["two documents", "a: b\n---\nc: d\n"],
  ["two of a name", "a: b\na: c\n"],
  ["a tab", "a:\n\tb: c\n"],
  ["members at different depths", "a:\n    b: c\n  d: e\n"],
  ["two of what has no members", "{}\n{}\n"],
  ["a member after what has none", "{}\na: b\n"],
  ["what has no members after a member", "a: b\n{}\n"],
  ["members below what has none", "a: {}\n  b: c\n"],
  ["members below a value", "a: b\n  c: d\n"],
  ["a value that is a member", "a: b: c\n"],
  ["no member", "nonsense\n"],
  ["no space behind the colon", "a:b\n"],
  ["letters of other languages", "a: Zürich\n"],
])("%s is left to the library", (_, text) => {
  expect(parsePlainYaml(text)).toBeUndefined();
});

test("whatever it reads, it reads as the library does, lines included", () => {
  const words =
    `a b-c region true no null 1 0 007 1.5 1e3 0x1 .inf ~ ~/x /a/b a:b a: a#b 'a' "a" "a ' '' "" - ? &a *a !a | > %a
    @a \` {} [] , a,b --- ... << http://h:1/x?y=z&a é NaN Infinity = a=b y Off constructor`.split(/\s+/);
  const withSpaces = [
    "a #b",
    "'a' b",
    "- a",
    "? a",
    "a b",
    "a  b",
    "a - b",
    "a ? b",
    "a: b",
    "\t",
    "a\tb",
    "1 2",
    "",
  ];
  const word = fc.constantFrom(...words, ...withSpaces);
  const indent = fc.constantFrom("", "", "  ", "  ", "    ", " ", "   ", "\t");
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(indent, word, fc.constantFrom(": ", ":", ":  ", ":\t", " : "), word) },
    { weight: 1, arbitrary: fc.tuple(indent, fc.constantFrom("{}", "# x", "#", "", "   ", "- a", "a")) },
  );
  const ends = fc.constantFrom("", "", "", " ", " # c", "#c", " #", "\r");
  const file = fc.array(fc.tuple(line, ends), { maxLength: 7 });
  let read = 0;
  fc.assert(
    fc.property(file, (all) => {
      const text = all.map(([parts, end]) => `${parts.join("")}${end}\n`).join("");
      const plain = parsePlainYaml(text);
      if (plain === undefined) return;
      read += 1;
      expect(plain).toEqual(parseYaml(text, "config.yaml"));
    }),
    { numRuns: 20_000 },
  );
  // It has not just refused everything.
  expect(read).toBeGreaterThan(1_000);
});
