import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseSync, Visitor } from "vite";

/** What is put in the place of what. */
const changes: Readonly<Record<string, string>> = {
  ">=": ">",
  ">": ">=",
  "<=": "<",
  "=": "<>",
  and: "or",
  or: "and",
  not: "",
  "max(": "min(",
  "+": "-",
};
// Not the sign between a column and its new value.
const operator = /(?<![\w<>])(?:>=|<=|>|(?<!(?:set|,)\s+\w+ )=|\+)(?![<>])|\b(?:and|or|not)\b|\bmax\(/g;
const looksLikeSql = /\b(?:select|insert|update|delete|exists|from|where)\b|\b[a-z]\.\w+/;

/** A text that takes the place of another in a file. */
export interface SqlMutant {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const root = join(import.meta.dirname, "..");

/** Every change of one operator in the SQL of a file. */
export function sqlMutantsOf(file: string): readonly SqlMutant[] {
  const source = readFileSync(join(root, file), "utf8");
  const mutants: SqlMutant[] = [];
  const take = (start: number, end: number): void => {
    const text = source.slice(start, end);
    if (!looksLikeSql.test(text)) return;
    for (const { 0: from, index } of text.matchAll(operator)) {
      mutants.push({
        file,
        start: start + index,
        end: start + index + from.length,
        text: changes[from] as string,
      });
    }
  };
  new Visitor({
    TemplateElement: ({ start, end, tail }) => take(start + 1, end - (tail ? 1 : 2)),
    Literal: ({ start, end, value }) => typeof value === "string" && take(start + 1, end - 1),
  }).visit(parseSync(file, source).program);
  return mutants;
}

/** A mutant in its surroundings. */
export function describeSqlMutant({ file, start, end, text }: SqlMutant): string {
  const source = readFileSync(join(root, file), "utf8");
  const line = source.slice(0, start).split("\n").length;
  const around = `${source.slice(start - 40, start)}[${source.slice(start, end)} => ${text}]${source.slice(end, end + 40)}`;
  return `${file}:${line} ${around.replaceAll(/\s+/g, " ")}`;
}
