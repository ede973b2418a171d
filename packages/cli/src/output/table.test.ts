import { describe, expect, test } from "vitest";
import { formatFields, formatTable } from "./table.ts";
import { displayWidth, printable } from "./text.ts";

test("columns are as wide as what is in them, and nothing is cut off", () => {
  const long = "x".repeat(300);
  expect(
    formatTable(
      ["ID", "Name"],
      [
        ["1", "Ada"],
        ["200", long],
      ],
    ),
  ).toBe(`ID   Name\n---  ${"-".repeat(300)}\n1    Ada\n200  ${long}\n`);
});

describe("at a terminal that is narrower", () => {
  const people = [
    ["9067a1b2c3-d4e5f607-8192-4a3b-b4c5-d6e7f8091a2b", "ada.lovelace", "Countess of Lovelace", "yes"],
    ["1", "ben", "", "no"],
  ];
  const headings = ["User ID", "Username", "Title", "On"];

  test("cells go on below, broken where one reads them best, and nothing is lost", () => {
    expect(formatTable(headings, people, 63)).toBe(
      [
        "User ID                 Username      Title                 On",
        "----------------------  ------------  --------------------  ---",
        "9067a1b2c3-d4e5f607-    ada.lovelace  Countess of Lovelace  yes",
        "8192-4a3b-b4c5-",
        "d6e7f8091a2b",
        "1                       ben                                 no",
        "",
      ].join("\n"),
    );
  });

  test("no line is wider than that, whatever is in it", () => {
    const rows = [["x".repeat(100), "山田".repeat(30), "a b ".repeat(40)]];
    for (const columns of [19, 40, 54, 60, 79, 80, 120]) {
      const lines = formatTable(["A", "B", "C"], rows, columns).trimEnd().split("\n");
      expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(columns);
      expect(lines.join("").match(/x/g)).toHaveLength(100);
      expect(lines.join("").match(/山/g)).toHaveLength(30);
    }
  });

  test("each row becomes lines of its own where columns would be too narrow", () => {
    expect(formatTable(headings, people, 40)).toBe(
      [
        "User ID   9067a1b2c3-d4e5f607-8192-",
        "          4a3b-b4c5-d6e7f8091a2b",
        "Username  ada.lovelace",
        "Title     Countess of Lovelace",
        "On        yes",
        "",
        "User ID   1",
        "Username  ben",
        "On        no",
        "",
      ].join("\n"),
    );
  });

  test("a table that fits is as it is everywhere", () => {
    const rows = [["1", "Ada"]];
    expect(formatTable(["ID", "Name"], rows, 8)).toBe(formatTable(["ID", "Name"], rows));
    expect(formatTable([], [["only", "cells"]], 80)).toBe("only  cells\n");
  });
});

test("there are no spaces at the end of a line, not even for empty cells", () => {
  expect(
    formatTable(
      ["A", "B", "C"],
      [
        ["1", undefined, ""],
        ["", "2", undefined],
      ],
    ),
  ).toBe("A  B  C\n-  -  -\n1\n   2\n");
});

test("no rows, no table", () => {
  expect(formatTable(["A"], [])).toBe("");
});

test("a table may have more rows than a call can have arguments", () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index)]);
  expect(formatTable(["A"], rows).split("\n")).toHaveLength(200_003);
});

test("fields that have no value are left out", () => {
  expect(
    formatFields([
      ["Name", "Ada"],
      ["Title", undefined],
      ["Type", ""],
      ["Longer name", "b"],
    ]),
  ).toBe("Name         Ada\nLonger name  b\n");
});

test("wide characters and combined ones take the columns they take", () => {
  expect(["Ada", "José", "Jose\u0301", "山田", "한글", "👩‍💻", "ß"].map(displayWidth)).toEqual([
    3, 4, 4, 4, 4, 2, 1,
  ]);
});

test("what would act on the terminal is shown", () => {
  expect(printable("a\u001b[31mb\u0007\u009bc\r\nd\te")).toBe("a\\u001b[31mb\\u0007\\u009bc\\u000d\\nd\\te");
  expect(printable("\u202egpj.exe\u2028")).toBe("\\u202egpj.exe\\u2028");
  expect(printable("José 山田 👩‍💻")).toBe("José 山田 👩‍💻");
});
