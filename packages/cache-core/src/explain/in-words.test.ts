import { expect, test } from "vitest";
import type { MissReason } from "./key-explanation.ts";
import { inWords } from "./in-words.ts";

const now = Date.parse("2026-01-01T00:01:00Z");
const at = now - 30_000;
const by = { position: 7, time: at, cause: "DeleteUser", everything: false };

test.each<[MissReason, string]>([
  [{ kind: "disabled" }, "the cache is switched off"],
  [{ kind: "expired", at, staleUntil: undefined }, "it expired at 2026-01-01T00:00:30.000Z (30 s ago)"],
  [{ kind: "invalidated", by }, "it was invalidated at 2026-01-01T00:00:30.000Z (30 s ago), by DeleteUser"],
  [
    { kind: "invalidated", by: { ...by, cause: undefined } },
    "it was invalidated at 2026-01-01T00:00:30.000Z (30 s ago)",
  ],
  [{ kind: "invalidated", by: undefined }, "it was invalidated, by what and when is not kept any more"],
  [
    { kind: "unsettled", by: { kind: "settling", until: now + 5_000, cause: "DeleteUser" } },
    "what is loaded now is not stored: DeleteUser settles until 2026-01-01T00:01:05.000Z (in 5 s)",
  ],
  [
    { kind: "unsettled", by: { kind: "operation", until: now + 5_000, operation: "w", cause: undefined } },
    "what is loaded now is not stored: a write is under way, until 2026-01-01T00:01:05.000Z (in 5 s) at most",
  ],
  [
    { kind: "unsettled", by: { kind: "recovering", until: now + 5_000 } },
    "what is loaded now is not stored: the storage has begun anew, and waits until 2026-01-01T00:01:05.000Z (in 5 s)",
  ],
  [
    { kind: "other-scope", scopes: [{ namespace: "n", caller: "me" }] },
    "other callers or namespaces have it: me",
  ],
])("%o is said so", (reason, sentence) => {
  expect(inWords(reason, now)).toBe(sentence);
});

test("every reason is a sentence, also where nobody knows what time it is", () => {
  const all: readonly MissReason[] = [
    { kind: "unavailable", why: "it is closed" },
    { kind: "older-than-ledger" },
    { kind: "other-ledger" },
    { kind: "clock-set-back" },
    { kind: "fenced", at, reason: "floor" },
    { kind: "not-kept", at, reason: "no-stamp" },
    { kind: "evicted", storedAt: at },
    { kind: "never-stored" },
    { kind: "not-there", last: by },
  ];
  for (const reason of all) expect(inWords(reason, undefined)).toMatch(/^[a-z].{15,}[^.]$/);
  expect(inWords({ kind: "not-there", last: by }, undefined)).toContain("by DeleteUser");
  expect(inWords({ kind: "not-there", last: undefined }, undefined)).not.toContain("last");
});
