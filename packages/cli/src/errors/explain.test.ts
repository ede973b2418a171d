import { describe, expect, test } from "vitest";
import { CliError, notFoundError, usageError } from "./cli-error.ts";
import { explain } from "./explain.ts";

/** An error as the SDK makes it. */
function awsError(name: string, message: string, members: object = {}): Error {
  return Object.assign(new Error(message), { name, $fault: "client", $metadata: {} }, members);
}

function told(error: unknown): readonly [string, number] {
  const { text, exitCode } = explain(error, false);
  return [text, exitCode];
}

describe("one line for anything", () => {
  test.each<[string, unknown, readonly [string, number]]>([
    ["usage", usageError("a is wrong", "do b"), ["awsideman: a is wrong; do b\n", 2]],
    ["not found", notFoundError("no a"), ["awsideman: no a\n", 3]],
    ["lines", new CliError("a\n   b\r\nc\u001b[0m"), ["awsideman: a b c\\u001b[0m\n", 1]],
    [
      "a fault of AWS that nobody knows",
      awsError("NewException", "why."),
      ["awsideman: AWS answers with NewException: why\n", 1],
    ],
    [
      "AWS without words",
      awsError("ThrottlingException", "UnknownError"),
      [
        expect.stringMatching(/^awsideman: AWS is throttling, also after several attempts; wait/) as string,
        5,
      ],
    ],
    [
      "a cut connection",
      Object.assign(new Error("x"), { code: "ECONNRESET" }),
      [expect.stringMatching(/^awsideman: AWS cannot be reached: the connection was cut; /) as string, 1],
    ],
    [
      "several addresses",
      new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })], ""),
      [expect.stringMatching(/: the connection is refused; /) as string, 1],
    ],
    [
      "silence",
      Object.assign(new Error("x"), { name: "TimeoutError" }),
      [expect.stringMatching(/: nobody answers; /) as string, 1],
    ],
    [
      "a fault of this program",
      new SyntaxError("x"),
      [
        "awsideman: something unexpected happened: SyntaxError: x; --verbose shows where; please report it\n",
        1,
      ],
    ],
    [
      "what is no error",
      "x",
      ["awsideman: something unexpected happened: x; --verbose shows where; please report it\n", 1],
    ],
  ])("%s", (_, error, expected) => {
    expect(told(error)).toEqual(expected);
  });
});

describe("--verbose", () => {
  test("tells the chain of causes, without stacks", () => {
    const cause = new Error("third", { cause: new Error("fourth") });
    const error = new CliError("first", {
      cause: awsError("AccessDeniedException", "second", {
        cause,
        $metadata: { requestId: "r", attempts: 3 },
      }),
    });
    expect(explain(error, true).text).toBe(
      "awsideman: first\n  caused by AccessDeniedException: second (request r, 3 attempts)\n  caused by Error: third\n  caused by Error: fourth\n",
    );
  });

  test("shows where, when it is this program that is wrong", () => {
    expect(explain(new TypeError("oh"), true).text).toMatch(
      /^awsideman: .+\n {2}caused by TypeError: oh\n +at .+explain\.test\.ts/,
    );
  });

  test("ends with causes that lead back to themselves", () => {
    const error = new Error("a");
    error.cause = error;
    expect(explain(new CliError("b", { cause: error }), true).text.split("\n").length).toBeLessThan(15);
  });
});
