import type { Changes } from "@awsideman/cache-core";
import type { ScriptAnswer } from "./ledger-client.ts";

/** What the feed says, put together. */
export function readChanges({ at, rest }: ScriptAnswer): Changes {
  const steps = rest[0] as readonly (readonly Buffer[])[] | undefined;
  if (steps === undefined) return { state: "gap", at };
  const tags = new Set<string>();
  const patterns = new Set<string>();
  for (const fields of steps) {
    for (let index = 0; index + 1 < fields.length; index += 2) {
      const name = (fields[index] as Buffer).toString();
      const value = (fields[index + 1] as Buffer).toString();
      if (name === "everything" && value === "1") return { state: "gap", at };
      if (name === "tags") for (const tag of JSON.parse(value) as string[]) tags.add(tag);
      if (name === "patterns") for (const pattern of JSON.parse(value) as string[]) patterns.add(pattern);
    }
  }
  return { state: "changes", tags: [...tags], patterns: [...patterns], at };
}
