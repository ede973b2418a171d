import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.ts";

// Loaded into a process before its program: takes one guard out of the sources as they are loaded.
const name = process.env["AWSIDEMAN_MUTANT"] ?? "";
const mutant = mutants[name];
if (mutant === undefined) throw new Error(`There is no mutant ${JSON.stringify(name)}`);

registerHooks({
  load(url, context, next) {
    const changes = mutant.changes.filter(({ file }) => url.endsWith(`/packages/${file}`));
    if (changes.length === 0) return next(url, context);
    let source = readFileSync(fileURLToPath(url), "utf8");
    for (const { from, to } of changes) {
      if (!source.includes(from)) throw new Error(`${name}: the guard is not in ${url} any more: ${from}`);
      source = source.replace(from, () => to);
    }
    return { format: "module-typescript", source, shortCircuit: true };
  },
});
