import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import type { Guard } from "./mutant.ts";

/**
 * Takes the guard that the environment names out of the sources as they are loaded, or leaves it in and only makes the
 * settings under which it matters.
 */
export function takeOut(guards: Readonly<Record<string, Guard>>): void {
  const name = process.env["AWSIDEMAN_MUTANT"] ?? "";
  const guard = guards[name];
  if (guard === undefined) throw new Error(`There is no mutant ${JSON.stringify(name)}`);
  const { changes, settings = [] } = guard;
  const wanted = process.env["AWSIDEMAN_MUTANT_CONTROL"] === "true" ? settings : [...settings, ...changes];

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
}
