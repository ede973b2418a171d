import { describe, expect, test } from "vitest";
import { readBashLine, toBashReplies } from "./bash-words.ts";

const breaks = " \t\n\"'@><=;|&(:";

describe("a line is taken apart as bash does", () => {
  test.for([
    ["awsideman user get ad", ["user", "get"], "ad"],
    ["awsideman  user   ", ["user"], ""],
    ["awsideman group get 'Sales Te", ["group", "get"], "Sales Te"],
    ['awsideman group get "Sales \\"A\\" \\x', ["group", "get"], 'Sales "A" \\x'],
    ["awsideman group get Sales\\ Te", ["group", "get"], "Sales Te"],
    ["awsideman group add-member 'Sales Team' a\\'b", ["group", "add-member", "Sales Team"], "a'b"],
    ["awsideman user create -u '' -f", ["user", "create", "-u", ""], "-f"],
    ["awsideman user get 'ada'.l", ["user", "get"], "ada.l"],
  ] as const)("%s", ([line, words, current]) => {
    expect(readBashLine(line)).toMatchObject({ words, current });
  });
});

describe("a word is written as bash puts it in", () => {
  const replies = (line: string, ...candidates: readonly string[]): readonly string[] =>
    toBashReplies(candidates, readBashLine(line), breaks);

  test("with backslashes before what bash would take for something", () => {
    expect(replies("awsideman group get S", "Sales Team", "S&P $1", "Süd")).toEqual([
      "Sales\\ Team",
      "S\\&P\\ \\$1",
      "Süd",
    ]);
  });

  test("as it is within quotes, and not at all where that cannot be", () => {
    expect(replies("awsideman group get 'S", "Sales Team", "S'1", "S$1")).toEqual(["Sales Team"]);
  });

  test("from where bash has broken the word", () => {
    expect(replies("awsideman user get ada@ex", "ada@example.com")).toEqual(["example.com"]);
    expect(replies("awsideman user list --profile=pr", "--profile=prod")).toEqual(["prod"]);
    expect(replies("awsideman user get a:b@c", "a:b@cd")).toEqual(["cd"]);
    expect(toBashReplies(["ada@example.com"], readBashLine("awsideman user get ada@ex"), " \t\n")).toEqual([
      "ada@example.com",
    ]);
  });
});
