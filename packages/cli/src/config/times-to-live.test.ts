import { expect, test } from "vitest";
import { timesToLive } from "./times-to-live.ts";

const none = new Map<string, number>();
const users = new Map([["ListUsers", 5]]);

test("where nobody has said anything, the client knows best", () => {
  expect(timesToLive(undefined, none)).toBeUndefined();
  expect(timesToLive(7, none)).toBe(7);
  expect(timesToLive(undefined, users)).toEqual({ commands: { ListUsers: 5 } });
});

test("a default beside single ones is for everything else, and for what is not there a minute at most", () => {
  const everything = { list: 7, describe: 7, structure: 7, catalogue: 7, operation: 7, absence: 7 };
  expect(timesToLive(7, users)).toEqual({ ...everything, commands: { ListUsers: 5 } });
  expect(timesToLive(90_000, users)).toMatchObject({ list: 90_000, absence: 60_000 });
});
