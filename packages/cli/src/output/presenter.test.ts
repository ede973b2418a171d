import { describe, expect, test } from "vitest";
import { outputFormats, type OutputFormat } from "./output-choice.ts";
import { createPresenter } from "./presenter.ts";
import { fields, lines, sections, table, type View } from "./view.ts";

const ada = { UserId: "012345678901", UserName: "ada", Groups: ["a", "b"], Emails: [{ Value: "a@x" }] };
const ben = { UserId: "2", UserName: "no", Active: true, Title: undefined, CreatedAt: new Date(0) };
const users = { Users: [ada, ben] };
const view = (): View =>
  table(
    ["User ID", "Username"],
    [
      ["012345678901", "ada"],
      ["2", "no"],
    ],
  );

async function format(
  choice: { readonly format: OutputFormat; readonly query?: string; readonly columns?: number },
  json: unknown = users,
  shown: () => View = view,
): Promise<string> {
  const terminal = choice.columns === undefined ? undefined : { columns: choice.columns };
  const presenter = await createPresenter({ format: choice.format, query: choice.query }, terminal);
  return presenter.format(json, shown);
}

describe("a result as it is", () => {
  test("as a table", async () => {
    expect(await format({ format: "table" })).toBe(
      "User ID       Username\n------------  --------\n012345678901  ada\n2             no\n",
    );
  });

  test("as JSON: times are texts, and what is undefined is not there", async () => {
    const printed = await format({ format: "json" });
    expect(printed).toBe(`${JSON.stringify(users, null, 2)}\n`);
    expect(printed).toContain('"CreatedAt": "1970-01-01T00:00:00.000Z"');
    expect(printed).not.toContain("Title");
  });

  test("as YAML, in which a text stays a text whoever reads it", async () => {
    expect(await format({ format: "yaml" })).toBe(`Users:
  - UserId: "012345678901"
    UserName: ada
    Groups:
      - a
      - b
    Emails:
      - Value: a@x
  - UserId: "2"
    UserName: "no"
    Active: true
    CreatedAt: "1970-01-01T00:00:00.000Z"
`);
  });

  test("as comma-separated values", async () => {
    expect(await format({ format: "csv" })).toBe("User ID,Username\n012345678901,ada\n2,no\n");
  });

  // What the AWS CLI 2 prints of this: members by name, None for null, True and False.
  test("as text with tabs", async () => {
    expect(await format({ format: "text" })).toBe(
      [
        "USERS\t\t\t012345678901\tada",
        "EMAILS\ta@x",
        "GROUPS\ta",
        "GROUPS\tb",
        "USERS\tTrue\t1970-01-01T00:00:00.000Z\t2\tno",
        "",
      ].join("\n"),
    );
  });
});

describe("a query", () => {
  test.for([
    // What is asked for, and what comes of it in each format: table, json, csv, text.
    ["Users[].UserName", "ada\nno\n", '[\n  "ada",\n  "no"\n]\n', "ada\nno\n", "ada\tno\n"],
    ["Users[0].UserName", "ada\n", '"ada"\n', "ada\n", "ada\n"],
    ["length(Users)", "2\n", "2\n", "2\n", "2\n"],
    ["Nobody", "", "null\n", "", "None\n"],
    ["Users[?UserName=='x']", "", "[]\n", "", ""],
    [
      "Users[].[UserName,Active]",
      "ada\nno   true\n",
      '[\n  [\n    "ada",\n    null\n  ],\n  [\n    "no",\n    true\n  ]\n]\n',
      "ada,\nno,true\n",
      "ada\tNone\nno\tTrue\n",
    ],
    [
      "Users[].{Name:UserName,In:Groups}",
      'Name  In\n----  ---------\nada   ["a","b"]\nno\n',
      '[\n  {\n    "Name": "ada",\n    "In": [\n      "a",\n      "b"\n    ]\n  },\n  {\n    "Name": "no",\n    "In": null\n  }\n]\n',
      'Name,In\nada,"[""a"",""b""]"\nno,\n',
      '["a","b"]\tada\nNone\tno\n',
    ],
    [
      "Users[1].{Name:UserName,Since:CreatedAt}",
      "Name   no\nSince  1970-01-01T00:00:00.000Z\n",
      '{\n  "Name": "no",\n  "Since": "1970-01-01T00:00:00.000Z"\n}\n',
      "Name,Since\nno,1970-01-01T00:00:00.000Z\n",
      "no\t1970-01-01T00:00:00.000Z\n",
    ],
  ] as const)("%s", async ([query, ...expected]) => {
    const printed = [];
    for (const one of ["table", "json", "csv", "text"] as const)
      printed.push(await format({ format: one, query }));
    expect(printed).toEqual(expected);
  });

  // The dialect of the AWS CLI: both are in many scripts, and neither is in the specification.
  test.for(["Users[?UserName==`ada`].UserId", "Users[?CreatedAt<'1971'].UserName"])(
    "may be written as for the AWS CLI: %s",
    async (query) => {
      expect(JSON.parse(await format({ format: "json", query }))).toHaveLength(1);
    },
  );

  test("that is none is found before anything is done", async () => {
    for (const query of ["Users[", "a b", "#"]) {
      await expect(createPresenter({ format: "json", query }, undefined)).rejects.toThrow(
        /^--query is wrong: /,
      );
    }
  });

  test("that does not suit the result is told", async () => {
    for (const query of ["length(`1`)", "nothing_like_this(@)"]) {
      await expect(format({ format: "json", query })).rejects.toThrow(/^--query is wrong: /);
    }
  });

  test("sees no more than JSON shows", async () => {
    expect(await format({ format: "json", query: "[constructor, Users[0].toString]" })).toBe(
      "[\n  null,\n  null\n]\n",
    );
    for (const one of ["json", "yaml"] as const)
      expect(await format({ format: one, query: "toString" })).toBe("null\n");
    expect(await format({ format: "table", query: "toString" })).toBe("");
  });
});

describe("CSV", () => {
  const cells = async (...row: readonly string[]): Promise<string> =>
    (await format({ format: "csv" }, {}, () => table(["A"], [row]))).split("\n").slice(1).join("\n");

  test("quotes what would be taken for something else", async () => {
    expect(await cells('say "hi"', "a,b", "two\nlines", " spaced", "plain; text")).toBe(
      '"say ""hi""","a,b","two\nlines"," spaced",plain; text\n',
    );
  });

  test("gives a spreadsheet nothing to calculate, and leaves numbers alone", async () => {
    expect(await cells("=1+1", "@sum", "+cmd|x", "-2+3", "＝1", "\t=1", "-3.5", "+41", "a=b")).toBe(
      `'=1+1,'@sum,'+cmd|x,'-2+3,'＝1,'\t=1,-3.5,+41,a=b\n`,
    );
  });

  test("of one thing is a line under its names, also of what it has not", async () => {
    expect(
      await format({ format: "csv" }, {}, () =>
        fields([
          ["Name", "Ada"],
          ["Title", undefined],
        ]),
      ),
    ).toBe("Name,Title\nAda,\n");
  });

  test("of an empty list has its headings, of several sections the first, of a sentence the data", async () => {
    const empty = (): View => table(["A", "B"], []);
    expect(await format({ format: "csv" }, {}, empty)).toBe("A,B\n");
    expect(await format({ format: "csv" }, {}, () => sections([empty(), fields([["C", "1"]])]))).toBe(
      "A,B\n",
    );
    expect(await format({ format: "csv" }, { cleared: 2 }, () => lines("Cleared 2.\n"))).toBe("cleared\n2\n");
  });
});

describe("what would act on a terminal", () => {
  const evil = "a\u001b[31m\u0007\u007f\u009bb\u202ec\nd";
  const evilView = (): View => table(["A"], [[evil]]);
  const acting = /[^\P{Cc}\n\t]|\u202e/u;

  test.for(outputFormats)("is never printed raw there: %s", async (one) => {
    expect(await format({ format: one, columns: 80 }, { A: evil }, evilView)).not.toMatch(acting);
    expect(await format({ format: one, query: "A", columns: 80 }, { A: evil })).not.toMatch(acting);
    expect(await format({ format: one, query: "@", columns: 80 }, { [evil]: evil })).not.toMatch(acting);
  });

  test("is what it is in a pipe, for those who read data", async () => {
    expect(JSON.parse(await format({ format: "json" }, { A: evil }))).toEqual({ A: evil });
    expect(JSON.parse(await format({ format: "json", columns: 80 }, { A: evil }))).toEqual({ A: evil });
    expect(await format({ format: "text", query: "A" }, { A: evil })).toBe(`${evil}\n`);
    expect(await format({ format: "csv" }, {}, evilView)).toBe(`A\n"${evil}"\n`);
  });
});

test("what is laid out differently has another name", async () => {
  const ids = [];
  for (const one of outputFormats) {
    for (const query of [undefined, "a", "b"]) {
      for (const terminal of [undefined, { columns: 80 }, { columns: 40 }]) {
        ids.push((await createPresenter({ format: one, query }, terminal)).id);
      }
    }
  }
  // The width of a terminal is of no consequence but for tables.
  expect(new Set(ids).size).toBe(3 * (3 + 4 * 2));
});
