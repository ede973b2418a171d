import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mutants } from "./mutants.ts";

const guarantees = new URL("../../docs/fleet-guarantees.md", import.meta.url);
const here = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((file) => file.name.endsWith(".ts"))
  .map((file) => readFileSync(new URL(file.name, import.meta.url), "utf8"))
  .join("\n");

test("every test and fault that the guarantees name is there, by that name", () => {
  const rows = readFileSync(guarantees, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes('"'));
  const missing: string[] = [];
  let named = 0;
  for (const row of rows) {
    let text = "";
    // A link says which file is meant from there on, and `fleet` without one that it is this folder.
    for (const [part, path] of row.matchAll(/\]\(([^)]+\.ts)\)|\bfleet\b|"[^"]+"/g)) {
      if (path?.startsWith("../packages")) text = readFileSync(new URL(path, guarantees), "utf8");
      else if (!part.startsWith('"')) text = here;
      else if (part !== '"strict"' && part !== '"bounded"') {
        named++;
        const name = part.slice(1, -1).replace(/,? …$/, "");
        if (!text.includes(name)) missing.push(name);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(named).toBeGreaterThan(20);
});

test("the faults in which a missing guard shows are there", () => {
  for (const { faults } of Object.values(mutants))
    for (const fault of faults) expect(here).toContain(`"${fault}":`);
});
