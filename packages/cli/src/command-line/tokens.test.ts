import { expect, test } from "vitest";
import type { Options } from "./option.ts";
import { tokenize } from "./tokens.ts";

const options: Options = {
  region: { kind: "text", short: "r", value: "R", summary: "" },
  displayName: { kind: "text", value: "N", summary: "" },
  json: { kind: "flag", short: "j", summary: "" },
  verbose: { kind: "flag", short: "v", summary: "" },
};

/** Words as they are, options as `name=value`. */
function outline(...line: readonly string[]): readonly string[] {
  return tokenize(line, options).map((token) =>
    token.kind === "word" ? token.text : `${token.name ?? `?${token.written}`}=${token.value ?? ""}`,
  );
}

test.each<[readonly string[], readonly string[]]>([
  [
    ["user", "--region", "x", "list"],
    ["user", "region=x", "list"],
  ],
  [
    ["--region=x=y", "--display-name=", "a"],
    ["region=x=y", "displayName=", "a"],
  ],
  [
    ["-r", "x", "-rx", "-jvrx", "-vr", "x"],
    ["region=x", "region=x", "json=", "verbose=", "region=x", "verbose=", "region=x"],
  ],
  [
    ["-", "--", "--json", "-r"],
    ["-", "--json", "-r"],
  ],
  [
    ["--nothing", "a", "-xj"],
    ["?--nothing=", "a", "?-x=", "json="],
  ],
  [
    ["--json=1", "--region"],
    ["json=1", "region="],
  ],
])("%j", (line, expected) => {
  expect(outline(...line)).toEqual(expected);
});
