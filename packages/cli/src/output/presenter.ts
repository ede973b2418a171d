import { fingerprint } from "@awsideman/aws-client";
import { layOut } from "./lay-out.ts";
import type { OutputChoice } from "./output-choice.ts";
import type { Terminal } from "./terminal.ts";
import { printableLines } from "./text.ts";
import type { View } from "./view.ts";

/** Makes of results what is printed: all commands print through it. */
export interface Presenter {
  /** Tells from each other what is laid out differently: other formats, other queries, other terminals. */
  readonly id: string;
  /**
   * @param json the result as data, with AWS's names: what is queried, and what programs are given
   * @param view the same as people are shown it; called only where it is wanted
   * @returns lines with their ends; nothing where there is nothing to list
   * @throws CliError when the query does not suit the result
   */
  format(json: unknown, view: () => View): string;
}

type Formatter = Presenter["format"];

/**
 * Loads what the choice needs, and no more: JSON and tables need nothing. A query that is none is found here, before
 * anything is done.
 * @param terminal where the results go; undefined for a file or a pipe, which get everything as it is
 * @throws CliError for a query that is none
 */
export async function createPresenter(
  { format, query }: OutputChoice,
  terminal: Terminal | undefined,
): Promise<Presenter> {
  const formatter = await loadFormatter(format, terminal);
  const parts: string[] = [format];
  if (terminal !== undefined) parts.push(format === "table" ? String(terminal.columns) : "terminal");
  if (query === undefined) return { id: parts.join("-"), format: formatter };
  const [{ compileQuery }, { viewOf }] = await Promise.all([
    import("./query.ts"),
    import("./generic-view.ts"),
  ]);
  const select = compileQuery(query);
  return {
    id: [...parts, fingerprint(query)].join("-"),
    // What a query makes has no columns that anybody has thought of.
    format(json) {
      const selected = select(json);
      return formatter(selected, () => viewOf(selected));
    },
  };
}

async function loadFormatter(
  format: OutputChoice["format"],
  terminal: Terminal | undefined,
): Promise<Formatter> {
  const isTerminal = terminal !== undefined;
  const shown = (text: string): string => (isTerminal ? printableLines(text) : text);
  switch (format) {
    case "table":
      return (_, view) => layOut(view(), terminal?.columns ?? Infinity);
    case "json":
      return (json) => shown(`${JSON.stringify(json, null, 2)}\n`);
    case "yaml": {
      const { formatYaml } = await import("./yaml.ts");
      return (json) => shown(formatYaml(json));
    }
    case "csv": {
      const { formatCsv } = await import("./csv.ts");
      return (json, view) => formatCsv(view(), json, isTerminal);
    }
    case "text": {
      const { formatText } = await import("./text-format.ts");
      return (json) => formatText(json, isTerminal);
    }
  }
}
