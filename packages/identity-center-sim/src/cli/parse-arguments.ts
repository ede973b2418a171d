import { parseArgs } from "node:util";
import type { IdentityCenterSimOptions } from "../options.ts";
import type { PopulationOptions } from "../population.ts";
import type { LatencyRange } from "../settings.ts";

/** What the command line asks for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "start"; readonly json: boolean; readonly options: IdentityCenterSimOptions };

/** A population that is worth looking at, for whoever asks for nothing in particular. */
const demonstration = {
  users: 100,
  groups: 10,
  "memberships-per-user": 2,
  "permission-sets": 10,
  accounts: 5,
} as const;

const flags = {
  help: { type: "boolean", short: "h" },
  host: { type: "string" },
  port: { type: "string" },
  region: { type: "string" },
  seed: { type: "string" },
  users: { type: "string" },
  groups: { type: "string" },
  "memberships-per-user": { type: "string" },
  "permission-sets": { type: "string" },
  accounts: { type: "string" },
  assignments: { type: "string" },
  latency: { type: "string" },
  throttle: { type: "string" },
  lag: { type: "string" },
  "operation-duration": { type: "string" },
  "page-size": { type: "string" },
  "empty-pages": { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const helpText: string = `Usage: identity-center-sim [options]

Plays AWS IAM Identity Center on the loopback interface until it is interrupted.

  --port <n>                  port to listen on (default: a free one)
  --host <address>            interface to listen on (default: 127.0.0.1)
  --region <name>             Region of the instance (default: us-east-1)
  --seed <text>               what identifiers are made from (default: 1)

  --users <n>                 (default: ${demonstration.users})
  --groups <n>                (default: ${demonstration.groups})
  --memberships-per-user <n>  (default: ${demonstration["memberships-per-user"]}, or the number of groups)
  --permission-sets <n>       (default: ${demonstration["permission-sets"]})
  --accounts <n>              (default: ${demonstration.accounts})
  --assignments <n>           (default: accounts x permission sets)

  --latency <ms>[-<ms>]       how long a call takes (default: 0)
  --throttle <n>              calls a second; AWS allows 20 (default: no limit)
  --lag <ms>                  how long reads do not see a write (default: 0)
  --operation-duration <ms>   how long assigning and provisioning take (default: 0)
  --page-size <n>             the most rows a page holds (default: 100)
  --empty-pages               precede each page with an empty one

  --json                      print what a program needs to know as one line of JSON
  -h, --help                  print this
`;

/**
 * Reads the command line.
 * @throws {TypeError | RangeError} an option that is unknown or makes no sense, said in one line
 */
export function parseArguments(args: readonly string[]): Command {
  const { values } = parseArgs({ args: [...args], options: flags, allowPositionals: false });
  if (values.help === true) return { kind: "help" };
  const groups = count("groups", values.groups) ?? demonstration.groups;
  const population: PopulationOptions = {
    users: count("users", values.users) ?? demonstration.users,
    groups,
    membershipsPerUser:
      count("memberships-per-user", values["memberships-per-user"]) ??
      Math.min(groups, demonstration["memberships-per-user"]),
    permissionSets: count("permission-sets", values["permission-sets"]) ?? demonstration["permission-sets"],
    accounts: count("accounts", values.accounts) ?? demonstration.accounts,
    ...given("assignments", count("assignments", values.assignments)),
  };
  return {
    kind: "start",
    json: values.json ?? false,
    options: {
      population,
      emptyPages: values["empty-pages"] ?? false,
      ...given("host", values.host),
      ...given("port", count("port", values.port)),
      ...given("region", values.region),
      ...given("seed", values.seed),
      ...given("latency", latency(values.latency)),
      ...given("throttle", number("throttle", values.throttle)),
      ...given("propagationLag", number("lag", values.lag)),
      ...given("operationDuration", number("operation-duration", values["operation-duration"])),
      ...given("pageSize", count("page-size", values["page-size"])),
    },
  };
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}

function latency(text: string | undefined): number | LatencyRange | undefined {
  const [minimum, maximum, ...rest] = text?.split("-") ?? [];
  if (maximum === undefined) return number("latency", text);
  if (rest.length > 0) throw new RangeError(`--latency must be milliseconds, received ${text}`);
  return {
    minimum: number("latency", minimum) ?? 0,
    maximum: number("latency", maximum) ?? 0,
  };
}

function count(name: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^\d+$/.test(text)) {
    throw new RangeError(`--${name} must be a whole number from 0, received ${text}`);
  }
  return text === undefined ? undefined : Number(text);
}

function number(name: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^\d+(\.\d+)?$/.test(text)) {
    throw new RangeError(`--${name} must be a number from 0, received ${text}`);
  }
  return text === undefined ? undefined : Number(text);
}
