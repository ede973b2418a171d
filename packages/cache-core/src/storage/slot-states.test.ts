import { expect, test } from "vitest";
import type { OpenStorage } from "./open-storage.ts";
import { SlotStates } from "./slot-states.ts";

const memory = { backend: "memory" };
const disk = { backend: "disk" };
const open = {} as OpenStorage;

test("what was given is due until it is begun, and again a minute after it failed", () => {
  const states = new SlotStates(memory);
  expect(states.due(0)).toBe(memory);
  const turn = states.begin(memory, 0);
  expect(states.due(1_000_000)).toBeUndefined();
  turn.failed(new Error("down"), 5_000);
  expect(states.due(64_999)).toBeUndefined();
  expect(states.due(65_000)).toBe(memory);
});

test("what an earlier turn comes to is nothing", () => {
  const states = new SlotStates(memory);
  const first = states.begin(memory, 0);
  const second = states.begin(disk, 0);
  for (const change of [
    () => first.succeeded(open),
    () => first.failed(new Error("down"), 0),
    first.undone,
  ]) {
    change();
    expect(states.state).toEqual({ name: "opening", configuration: disk, since: 0 });
  }
  expect([first.isLast(), second.isLast()]).toEqual([false, true]);
  second.succeeded(open);
  expect(states.current).toBe(open);
});

test("a turn that is undone leaves what was open, and of anything else only what to open", () => {
  const states = new SlotStates(memory);
  const turns = [states.begin(disk, 0), states.begin(memory, 0)] as const;
  turns[1].undone();
  expect(states.state).toEqual({ name: "unset", configuration: disk });
  states.begin(memory, 0).succeeded(open);
  states.begin(disk, 0).undone();
  expect(states.current).toBe(open);
  expect(states.state).toMatchObject({ configuration: memory });
});

test("nothing follows a close", () => {
  const states = new SlotStates(memory);
  const turn = states.begin(memory, 0);
  states.close();
  turn.succeeded(open);
  expect(states.state).toEqual({ name: "closed" });
  expect(states.due(1_000_000)).toBeUndefined();
});
