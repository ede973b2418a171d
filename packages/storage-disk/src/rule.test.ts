import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { registerRule } from "./rule.ts";

function make(): { database: DatabaseSync; concerns: (pattern: SQLInputValue, tags: unknown) => unknown } {
  const database = new DatabaseSync(":memory:");
  onTestFinished(() => database.close());
  registerRule(database);
  const question = database.prepare("select concerns(?, ?) as answer");
  return { database, concerns: (pattern, tags) => question.get(pattern, JSON.stringify(tags))?.["answer"] };
}

test("a connection matches patterns against the keys of an entry, one entry after the other", () => {
  const { concerns } = make();
  expect(concerns("user:*:u-1", [])).toBe(0);
  expect(concerns("user:*:u-1", ["user", "=user:describe:u-1"])).toBe(1);
  expect(concerns("user:*:u-1", ["user", "=user:describe:u-2"])).toBe(0);
  expect(concerns("user:*:u-2", ["user", "=user:describe:u-2"])).toBe(1);
});

test("a damaged pattern is a damaged ledger", () => {
  const damaged = { name: "BrokenDatabase", message: "a pattern in the ledger is damaged" };
  expect(() => make().concerns(1, ["user"])).toThrow(expect.objectContaining(damaged));
});

test.each([[{ every: 1 }], [["user", 1]], ["user"], [null]])("%o are no tags", (tags) => {
  expect(() => make().concerns("user:*:u-1", tags)).toThrow("The tags of an entry are no list of names");
});

test("nothing in a file makes a connection match patterns: only its own statements do", () => {
  const { database } = make();
  database.exec(`create view spoilt as select concerns('user:*', '["=user:list"]') as answer`);
  expect(() => database.prepare("select * from spoilt").get()).toThrow("unsafe use of concerns()");
});
