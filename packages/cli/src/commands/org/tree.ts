import type { CommandContext } from "../../command-context.ts";
import { stateOfAccount, type Account } from "../../identity-center/accounts.ts";
import { pathOf, readTree, type Branch, type Place } from "../../identity-center/organization-tree.ts";
import { PartialReading } from "../../identity-center/partial-reading.ts";
import { printable } from "../../output/text.ts";
import { lines, table, type View } from "../../output/view.ts";

export interface TreeInput {
  readonly flat: boolean;
}

export async function showTree(context: CommandContext, { flat }: TreeInput): Promise<void> {
  const center = await context.identityCenter();
  const reading = new PartialReading("list of units or accounts", "lists of units or accounts");
  const roots = await readTree(center, reading);
  reading.assertAny();
  const rows = roots.flatMap((root) => rowsOf(root, []));
  if (flat) context.show({ Nodes: rows }, () => tableOf(rows));
  else
    context.show({ Roots: roots.map(jsonOf) }, () =>
      lines(roots.map((root) => draw(root)).join(""), tableOf(rows)),
    );
  reading.assertWhole();
}

function jsonOf({ id, name, arn, units, accounts }: Branch): object {
  return { Id: id, Name: name, Arn: arn, OrganizationalUnits: units.map(jsonOf), Accounts: accounts };
}

/** A line for each, with branches as `tree` draws them. */
function draw(branch: Branch): string {
  const text = [`${printable(branch.name)} (${branch.id})\n`];
  const add = ({ units, accounts }: Branch, indent: string): void => {
    const children = [...accounts, ...units];
    for (const [index, child] of children.entries()) {
      const isLast = index === children.length - 1;
      text.push(`${indent}${isLast ? "└── " : "├── "}${labelOf(child)}\n`);
      if ("units" in child) add(child, `${indent}${isLast ? "    " : "│   "}`);
    }
  };
  add(branch, "");
  return text.join("");
}

function labelOf(child: Account | Branch): string {
  if ("units" in child) return `${printable(child.name)} (${child.id})`;
  const state = stateOfAccount(child);
  const suffix = state === undefined || state === "ACTIVE" ? "" : ` ${state.toLowerCase().replace("_", " ")}`;
  return `${child.Id} ${printable(child.Name ?? "")}${suffix}`;
}

interface Row {
  readonly Type: "ROOT" | "ORGANIZATIONAL_UNIT" | "ACCOUNT";
  readonly Id: string | undefined;
  readonly Name: string | undefined;
  readonly ParentId: string | undefined;
  /** The names of the places that it is in. */
  readonly Path: string;
  readonly State?: string | undefined;
}

function tableOf(rows: readonly Row[]): View {
  return table(
    ["Type", "ID", "Name", "In", "Status"],
    rows.map(({ Type, Id, Name, Path, State }) => [Type, Id, Name, Path, State]),
  );
}

function rowsOf(branch: Branch, above: readonly Place[]): readonly Row[] {
  const parentId = above.at(-1)?.id;
  const here = [...above, branch];
  return [
    {
      Type: branch.kind === "root" ? "ROOT" : "ORGANIZATIONAL_UNIT",
      Id: branch.id,
      Name: branch.name,
      ParentId: parentId,
      Path: pathOf(above),
    },
    ...branch.accounts.map((account): Row => ({
      Type: "ACCOUNT",
      Id: account.Id,
      Name: account.Name,
      ParentId: branch.id,
      Path: pathOf(here),
      State: stateOfAccount(account),
    })),
    ...branch.units.flatMap((unit) => rowsOf(unit, here)),
  ];
}
