import { expect, test } from "vitest";
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
