import { identityStoreCatalog } from "./identity-store-catalog.ts";
import { organizationsCatalog } from "./organizations-catalog.ts";
import type { AnyRow } from "./row.ts";
import type { Service } from "./sdk-commands.ts";
import { ssoAdminCatalog } from "./sso-admin-catalog.ts";

const catalogs: Readonly<Record<Service, ReadonlyMap<string, AnyRow>>> = {
  identitystore: byName(identityStoreCatalog),
  organizations: byName(organizationsCatalog),
  "sso-admin": byName(ssoAdminCatalog),
};

/** What is known about a command, or undefined for one that is newer than this package. */
export function findRow(service: Service, command: string): AnyRow | undefined {
  return catalogs[service].get(command);
}

/** Every service that has a catalogue. */
export const services: readonly Service[] = Object.keys(catalogs) as Service[];

/** Every command that is known, with its row. */
export function rowsOf(service: Service): ReadonlyMap<string, AnyRow> {
  return catalogs[service];
}

/** Names of all commands of all services that do not write: those whose answers may have a time to live. */
export function commandsThatRead(): readonly string[] {
  return services.flatMap((service) =>
    [...rowsOf(service)].flatMap(([name, row]) => (row.kind === "write" ? [] : [name])),
  );
}

/** The first two segments of every key that an answer is kept under, `user:list`, each once. */
export function keyFronts(): readonly string[] {
  return services.flatMap((service) =>
    [...rowsOf(service).values()].flatMap((row) => {
      const key = row.kind === "read" ? row.key : row.kind === "poll" ? row.single?.key : undefined;
      return key === undefined ? [] : [`${key.resource}:${key.operation}`];
    }),
  );
}

/**
 * Whether the name of a command that is not in the catalogue says clearly that it only reads. Anything else may write,
 * and is taken to.
 */
export function readsByName(command: string): boolean {
  return /^(?:Describe|Get|List|Is|BatchGet|Search)(?=[A-Z])/.test(command);
}

/** The rows are typed by their command; by name, at run time, a row meets only inputs and outputs of its command. */
function byName(catalog: object): ReadonlyMap<string, AnyRow> {
  return new Map(Object.entries(catalog) as [string, AnyRow][]);
}
