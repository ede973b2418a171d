import { expect, test } from "vitest";
import { commandTable } from "../command-table.ts";
import { findCompletions, type Completions } from "./find-completions.ts";

/** What may stand at the end of a line, whose last word is being typed. */
function find(line: string): Completions {
  const words = line.split(" ");
  return findCompletions(words.slice(0, -1), words.at(-1) as string, commandTable);
}

function wordsOf(line: string): readonly string[] {
  const found = find(line);
  return found.kind === "words" ? found.words.map(({ word }) => found.before + word) : [];
}

test("first the groups, then their commands", () => {
  expect(wordsOf("")).toEqual([...new Set(commandTable.map(({ name }) => name.split(" ")[0]))]);
  expect(wordsOf("group ")).toContain("list-members");
  expect(wordsOf("--profile prod group ")).toContain("list-members");
  expect(find("weather ")).toEqual({ kind: "words", before: "", words: [] });
});

test("options, the command's own and those of all", () => {
  expect(wordsOf("--")).toContain("--profile");
  expect(wordsOf("--")).not.toContain("--principal-type");
  expect(wordsOf("assignment assign -")).toEqual(expect.arrayContaining(["--principal-type", "--profile"]));
  expect(wordsOf("user get -- -")).toEqual([]);
});

test("what an option may be", () => {
  expect(wordsOf("user list --output ")).toEqual(["table", "json", "yaml", "csv", "text"]);
  expect(wordsOf("user list -o ")).toEqual(["table", "json", "yaml", "csv", "text"]);
  expect(wordsOf("assignment list --principal-type=")).toEqual([
    "--principal-type=USER",
    "--principal-type=GROUP",
  ]);
  for (const line of ["cache invalidate --from-event ", "cache migrate --from ", "cache export "])
    expect(find(line)).toEqual({ kind: "files" });
  expect(find("user list --limit ")).toEqual({ kind: "none" });
  expect(find("user list --nothing=")).toEqual({ kind: "none" });
});

test("what an argument may be, and not again what is there", () => {
  expect(wordsOf("cache encryption ")).toEqual(["status", "rotate"]);
  expect(wordsOf("cache warm groups users ")).toEqual(["memberships", "permission-sets", "assignments"]);
});

test.for([
  ["user get ", "user", ""],
  ["group add-member Finance ", "user", ""],
  ["group add-member ", "group", ""],
  ["group add-member --json Finance ", "user", ""],
  ["permission-set get ", "permissionSet", ""],
  ["assignment assign Admin ", "principal", ""],
  ["assignment assign Admin ada ", "account", ""],
  ["user list --profile ", "profile", ""],
  ["user list --profile=pr", "profile", "--profile="],
  ["-p ", "profile", ""],
  ["assignment list --principal ", "principal", ""],
  ["assignment list --account ", "account", ""],
  ["profile show ", "profile", ""],
  ["config set ", "setting", ""],
  ["cache inspect ", "key", ""],
  ["cache list ", "keyPattern", ""],
  ["cache export - ", "keyPattern", ""],
  ["cache clear --resource ", "keyResource", ""],
  ["cache clear --resource=", "keyResource", "--resource="],
  ["cache invalidate ", "ruleOperation", ""],
  ["cache invalidate delete ", "ruleResource", ""],
  ["cache explain ", "explained", ""],
] as const)("names: %s", ([line, of, before]) => {
  expect(find(line)).toEqual({ kind: "names", before, of });
});

test("nothing where there is nothing more to be said", () => {
  for (const line of ["user get ada ", "user list ", "user create --username ", "cache encryption status "])
    expect(find(line)).toEqual({ kind: "none" });
});
