import type { CommandOutput } from "@awsideman/aws-client";
import { notFoundError, usageError } from "../errors/cli-error.ts";
import { listAccounts, type Account } from "./accounts.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";
import type { PartialReading } from "./partial-reading.ts";

export type Root = NonNullable<CommandOutput<"organizations", "ListRoots">["Roots"]>[number];
export type OrganizationalUnit = NonNullable<
  CommandOutput<"organizations", "ListOrganizationalUnitsForParent">["OrganizationalUnits"]
>[number];

/** A root or a unit of the organisation, as AWS tells of it. */
export interface Place {
  readonly kind: "root" | "unit";
  readonly id: string;
  readonly name: string;
  readonly arn: string | undefined;
}

/** A place with what is in it. */
export interface Branch extends Place {
  readonly units: readonly Branch[];
  readonly accounts: readonly Account[];
}

export async function listRoots({ organizations }: IdentityCenter): Promise<readonly Root[]> {
  const roots: Root[] = [];
  for await (const page of organizations.paginate("ListRoots", {})) roots.push(...(page.Roots ?? []));
  return roots;
}

/** Reads all of the organisation, level by level; what cannot be read is empty there. */
export async function readTree(center: IdentityCenter, reading: PartialReading): Promise<readonly Branch[]> {
  const roots = (await listRoots(center)).map(placeOfRoot);
  const inside = new Map<
    string,
    { readonly units: readonly Place[]; readonly accounts: readonly Account[] }
  >();
  let level: readonly Place[] = roots;
  while (level.length > 0) {
    const found = await mapBounded(level, async ({ id }) => {
      const [units, accounts] = await Promise.all([
        reading.attempt(() => listUnitsIn(center, id)),
        reading.attempt(() => listAccountsIn(center, id)),
      ]);
      inside.set(id, { units: units ?? [], accounts: accounts ?? [] });
      center.report({ what: "units", done: inside.size });
      return units ?? [];
    });
    level = found.flat();
  }
  const grow = (place: Place): Branch => {
    const { units, accounts } = inside.get(place.id) ?? { units: [], accounts: [] };
    return { ...place, units: units.map(grow), accounts };
  };
  return roots.map(grow);
}

/** The places above an account or a unit, from the root downwards. */
export async function placesAbove(center: IdentityCenter, childId: string): Promise<readonly Place[]> {
  const places: Place[] = [];
  for (let id = childId; ;) {
    const parent = await parentOf(center, id);
    if (parent === undefined) return places;
    places.unshift(parent);
    if (parent.kind === "root") return places;
    id = parent.id;
  }
}

/** The names of the places, as a path: `Root / Workloads / Production`. */
export function pathOf(places: readonly Place[]): string {
  return places.map(({ name }) => name).join(" / ");
}

/**
 * Finds a root or a unit from what people type: the identifier, or the name.
 * @throws CliError when there is none, or more than one
 */
export async function findPlace(center: IdentityCenter, text: string): Promise<Place> {
  const found: Place[] = [];
  let level: readonly Place[] = (await listRoots(center)).map(placeOfRoot);
  while (level.length > 0) {
    found.push(...level.filter(({ id, name }) => id === text || name.toLowerCase() === text.toLowerCase()));
    level = (await mapBounded(level, ({ id }) => listUnitsIn(center, id))).flat();
  }
  const [only, other] = found;
  if (only !== undefined && other === undefined) return only;
  if (only !== undefined) {
    const places = found.map(({ id, name }) => `${name} (${id})`).join(", ");
    throw usageError(`there is more than one unit "${text}": ${places}`, "name it by its ID");
  }
  throw notFoundError(`there is no unit "${text}"`, '"awsideman org tree" shows them');
}

/** The accounts in a place and in all that is in it; undefined: all there are. */
export async function accountsBelow(
  center: IdentityCenter,
  place: Place | undefined,
): Promise<readonly Account[]> {
  if (place === undefined) return listAccounts(center);
  const accounts: Account[] = [];
  let level: readonly Place[] = [place];
  while (level.length > 0) {
    const found = await mapBounded(level, async ({ id }) =>
      Promise.all([listAccountsIn(center, id), listUnitsIn(center, id)]),
    );
    accounts.push(...found.flatMap(([here]) => here));
    level = found.flatMap(([, units]) => units);
  }
  return accounts;
}

async function parentOf({ organizations, ...center }: IdentityCenter, ChildId: string) {
  for await (const { Parents = [] } of organizations.paginate("ListParents", { ChildId })) {
    const [parent] = Parents;
    if (parent?.Id === undefined) continue;
    if (parent.Type === "ROOT") {
      const roots = await listRoots({ organizations, ...center });
      const root = roots.find(({ Id }) => Id === parent.Id);
      return placeOfRoot(root ?? { Id: parent.Id });
    }
    const input = { OrganizationalUnitId: parent.Id };
    const { OrganizationalUnit = { Id: parent.Id } } = await organizations.call(
      "DescribeOrganizationalUnit",
      input,
    );
    return placeOfUnit(OrganizationalUnit);
  }
  return undefined;
}

async function listUnitsIn({ organizations }: IdentityCenter, ParentId: string): Promise<readonly Place[]> {
  const units: Place[] = [];
  for await (const page of organizations.paginate("ListOrganizationalUnitsForParent", { ParentId })) {
    units.push(...(page.OrganizationalUnits ?? []).map(placeOfUnit));
  }
  return units;
}

async function listAccountsIn(
  { organizations }: IdentityCenter,
  ParentId: string,
): Promise<readonly Account[]> {
  const accounts: Account[] = [];
  for await (const page of organizations.paginate("ListAccountsForParent", { ParentId })) {
    accounts.push(...(page.Accounts ?? []));
  }
  return accounts;
}

function placeOfRoot({ Id = "", Name = Id, Arn }: Root): Place {
  return { kind: "root", id: Id, name: Name, arn: Arn };
}

function placeOfUnit({ Id = "", Name = Id, Arn }: OrganizationalUnit): Place {
  return { kind: "unit", id: Id, name: Name, arn: Arn };
}
