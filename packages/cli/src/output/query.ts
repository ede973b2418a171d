import { compile, register, TreeInterpreter, TYPE_ANY } from "@jmespath-community/jmespath";
import { usageError } from "../errors/cli-error.ts";

type Json = Parameters<typeof TreeInterpreter.search>[1];
type Node = ReturnType<typeof compile>;

/** Comparisons by their names in a parsed expression; a function of each, under a name that nobody can write. */
const comparisons: Readonly<Record<string, (one: number | string, other: number | string) => boolean>> = {
  LT: (one, other) => one < other,
  LTE: (one, other) => one <= other,
  GT: (one, other) => one > other,
  GTE: (one, other) => one >= other,
};

for (const [name, holds] of Object.entries(comparisons)) {
  const compare = ([one, other]: readonly unknown[]): Json =>
    (typeof one === "number" && typeof other === "number") ||
    (typeof one === "string" && typeof other === "string")
      ? holds(one, other)
      : null;
  register(functionName(name), compare, [{ types: [TYPE_ANY] }, { types: [TYPE_ANY] }]);
}

/**
 * Makes a function of a JMESPath expression, in the dialect of the AWS CLI: besides the specification, texts can be compared,
 * as times are, and need no quotes between backticks. What it is given is seen as JSON: times are texts, and what is
 * undefined is not there.
 * @throws CliError for what is no expression; the function, for one that does not suit what it is given
 */
export function compileQuery(expression: string): (value: unknown) => unknown {
  const tree = attempt(() => withTextComparison(compile(expression, { enable_legacy_literals: true })));
  return (value) => {
    const found: unknown = attempt(() => TreeInterpreter.search(tree, asJson(value)));
    // What every object has is no member of this one; deeper down, JSON shows null for it.
    return typeof found === "function" ? null : found;
  };
}

/** The specification compares numbers only. */
function withTextComparison<Part>(part: Part): Part {
  if (Array.isArray(part)) return part.map(withTextComparison) as Part;
  if (typeof part !== "object" || part === null) return part;
  // A value is no part of the expression, whatever its members are called.
  const node = part as unknown as Node;
  if (node.type === "Literal") return part;
  const entries = Object.entries(part).map(([name, value]) => [name, withTextComparison(value)] as const);
  const seen = Object.fromEntries(entries) as Part;
  if (node.type !== "Comparator" || !Object.hasOwn(comparisons, node.name)) return seen;
  const { left, right } = seen as unknown as typeof node;
  return { type: "Function", name: functionName(node.name), children: [left, right] } as Part;
}

function functionName(comparison: string): string {
  return `<${comparison}>`;
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? "null") as Json;
}

function attempt<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw usageError(
      `--query is wrong: ${error.message}`,
      "see https://jmespath.org for what can be asked",
      error,
    );
  }
}
