import { describe, expect, test } from "vitest";
import { bar, chooseInk, sparkline } from "./gauge.ts";

const plain = chooseInk({});
const blocks = chooseInk({ LANG: "de_DE.UTF-8" });

describe("a bar", () => {
  test.for([
    [0, ".........."],
    [0.001, "#........."],
    [0.5, "#####....."],
    [0.999, "#########."],
    [1, "##########"],
    [7, "##########"],
    [-1, ".........."],
  ] as const)("of %s is %s", ([share, picture]) => {
    expect(bar(share, 10, plain)).toBe(picture);
  });
});

test("a line of shares rises with them, and shows nothing as the lowest", () => {
  expect(sparkline([0, 0.2, 0.5, 0.8, 1], blocks)).toBe("▁▂▄▆█");
  expect(sparkline([0, 1], plain)).toBe(".#");
  expect(sparkline([], plain)).toBe("");
});

describe("blocks", () => {
  test.for([
    [{ LANG: "C" }, false],
    [{ LANG: "en_US.utf8" }, true],
    [{ LANG: "C", LC_ALL: "C.UTF-8" }, true],
    [{ LANG: "C.UTF-8", LC_CTYPE: "C" }, false],
    [{ LANG: "C.UTF-8", LC_ALL: "" }, true],
  ] as const)("with %o: %s", ([variables, areThere]) => {
    expect(chooseInk(variables) === blocks).toBe(areThere);
  });
});
