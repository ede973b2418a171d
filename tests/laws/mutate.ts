import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { mutants } from "./mutants.ts";

// Loaded into a process before its program: takes one guard out of the sources as they are loaded, or leaves it in and
// only makes the settings under which it matters.
const name = process.env["AWSIDEMAN_MUTANT"] ?? "";
const mutant = mutants[name];
const changes = mutant?.changes ?? [];
const settings = mutant?.settings ?? [];
const wanted = process.env["AWSIDEMAN_MUTANT_CONTROL"] === "true" ? settings : [...settings, ...changes];
if (mutant === undefined) throw new Error(`There is no mutant ${JSON.stringify(name)}`);

registerHooks({
  load(url, context, next) {
    const here = wanted.filter(({ file }) => url.endsWith(`/packages/${file}`));
    if (here.length === 0) return next(url, context);
    let source = readFileSync(fileURLToPath(url), "utf8");
    for (const { from, to } of here) {
      if (!source.includes(from)) throw new Error(`${name}: the guard is not in ${url} any more: ${from}`);
      source = source.replace(from, () => to);
    }
    return { format: "module-typescript", source, shortCircuit: true };
  },
});
