import dns from "node:dns";
import { writeSync } from "node:fs";

/** To be imported before a program: no name of a host is found, and stderr says which was looked for. */
function lookup(hostname: string, ...rest: readonly unknown[]): void {
  writeSync(2, `looked for ${hostname}\n`);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: "ENOTFOUND",
    hostname,
  });
  process.nextTick(rest.at(-1) as (error: Error) => void, error);
}

dns.lookup = lookup as unknown as typeof dns.lookup;
