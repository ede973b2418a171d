import { readFileSync } from "node:fs";

/** The version of this package. */
export function readVersion(): string {
  // The same distance from the sources and from what is built of them.
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
