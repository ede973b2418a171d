// Loaded with --import: writes what the process loads into the file named by RECORD_TO, when it ends.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

/** What a process has loaded. */
export interface LoadedModules {
  /** The addresses of modules, in their order. */
  readonly imported: readonly string[];
  /** The names of Node's own modules, also of those that another one of them has loaded. */
  readonly builtin: readonly string[];
}

const imported: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    imported.push(url);
    return nextLoad(url, context);
  },
});
process.on("exit", () => {
  // Not in the types: how Node tests the same of itself.
  const { moduleLoadList } = process as unknown as { readonly moduleLoadList: readonly string[] };
  const builtin = moduleLoadList.flatMap((line) => /^NativeModule (.+)$/.exec(line)?.[1] ?? []);
  writeFileSync(
    process.env["RECORD_TO"] as string,
    JSON.stringify({ imported, builtin } satisfies LoadedModules),
  );
});
