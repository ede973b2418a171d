import { FakeClock } from "@awsideman/cache-core/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { Progress } from "./progress.ts";

let clock: FakeClock;
let progress: Progress;
let columns: number;
let written: string[];
let looks: number;

beforeEach(() => {
  clock = new FakeClock();
  columns = 80;
  written = [];
  looks = 0;
  progress = new Progress(clock, () => {
    looks++;
    return {
      get columns() {
        return columns;
      },
      write: (text) => void written.push(text),
    };
  });
});

/** What stands in the line, and where the cursor is: as a terminal does it. */
function line(): { readonly text: string; readonly cursor: number } {
  let cells = "";
  let cursor = 0;
  for (const character of written.join("")) {
    if (character === "\r") cursor = 0;
    else {
      cells = cells.slice(0, cursor) + character + cells.slice(cursor + 1);
      cursor++;
    }
  }
  return { text: cells.trimEnd(), cursor };
}

describe("the line", () => {
  test("is not there in the first second, and then several times a second", async () => {
    progress.request("sso-admin");
    await clock.advance(999);
    expect([written, looks]).toEqual([[], 0]);
    await clock.advance(1);
    expect(line().text).toBe("asking AWS, 1 of 20 calls/s, 1 call");
    await clock.advance(1000);
    expect(written).toHaveLength(6);
    expect(looks).toBe(1);
  });

  test("costs nothing where nobody has anything to tell", async () => {
    await clock.advance(10_000);
    expect([clock.waiting, looks]).toEqual([0, 0]);
  });

  test("is drawn over, whatever its length, and taken away for what is printed", async () => {
    progress.report({ what: "permission sets", done: 100, total: 200 });
    await clock.advance(1000);
    expect(line().text).toBe("permission sets 100/200, 0 of 20 calls/s, 0 calls");
    progress.report({ what: "users", done: 1 });
    await clock.advance(200);
    expect(line().text).toBe("users 1, 0 calls");
    progress.clear();
    expect(line()).toEqual({ text: "", cursor: 0 });
    const writes = written.length;
    progress.clear();
    expect(written).toHaveLength(writes);
    await clock.advance(200);
    expect(line().text).toBe("users 1, 0 calls");
    progress.end();
    expect(line()).toEqual({ text: "", cursor: 0 });
    expect(clock.waiting).toBe(0);
  });

  test("never reaches the last column, also where the terminal becomes narrower", async () => {
    progress.report({ what: "permission sets", done: 100, total: 200 });
    await clock.advance(1000);
    columns = 20;
    written = [];
    await clock.advance(200);
    expect(written).toEqual(["\rpermission sets 100"]);
  });

  test("begins anew after its end", async () => {
    progress.request("sso-admin");
    await clock.advance(1000);
    progress.end();
    progress.report({ what: "users", done: 1 });
    await clock.advance(999);
    expect(line().text).toBe("");
    await clock.advance(1);
    expect(line().text).toContain("users 1");
  });

  test("does not calculate the time that is left from what something else has taken", async () => {
    for (let done = 1; done <= 4; done++) {
      progress.report({ what: "users", done, total: 10 });
      await clock.advance(1000);
    }
    expect(line().text).toMatch(/^users 4\/10, \d+ s left/);
    progress.report({ what: "groups", done: 5, total: 10 });
    await clock.advance(200);
    expect(line().text).toBe("groups 5/10, 0 calls");
  });

  test("knows how many calls a second the service takes", async () => {
    progress.request("organizations");
    await clock.advance(1000);
    expect(line().text).toContain("1 of 5 calls/s");
  });
});

test("where nobody sees it, nothing is done any more", async () => {
  const unseen = new Progress(clock, () => void looks++ as undefined);
  unseen.request("sso-admin");
  await clock.advance(1000);
  expect([looks, clock.waiting]).toEqual([1, 0]);
  unseen.request("sso-admin");
  await clock.advance(60_000);
  unseen.end();
  expect([looks, written]).toEqual([1, []]);
});
