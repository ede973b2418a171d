// Loaded with --import: writes the addresses of all modules that the process loads into the file named by RECORD_TO.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded: string[] = [];
registerHooks({
  load(url, context, nextLoad) {
    loaded.push(url);
    return nextLoad(url, context);
  },
});
process.on("exit", () => {
  writeFileSync(process.env["RECORD_TO"] as string, JSON.stringify(loaded));
});
