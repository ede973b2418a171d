import { expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { FarView } from "./far-view.ts";

test("an answer to what was asked before all was thrown away says nothing", () => {
  const view = new FarView(new FakeClock(), 1_000);
  const at = { epoch: "a", position: 5, time: 0 };
  view.answered(view.ask(), { state: "gap", at });
  expect(view.isCertain).toBe(true);
  const early = view.ask();
  view.doubt();
  view.ledger.forget();
  expect(view.answered(early, { state: "changes", tags: [], patterns: [], at })).toBe(false);
  expect(view.ledger.position).toBeUndefined();
  expect(view.isCertain).toBe(false);
  expect(view.answered(view.ask(), { state: "gap", at })).toBe(true);
});
