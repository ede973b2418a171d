import type { CommandInput, CommandOutput } from "@awsideman/aws-client";
import type { CommandContext } from "../../command-context.ts";
import { findAccountId } from "../../identity-center/accounts.ts";
import { nameOfAccounts } from "../../identity-center/account-names.ts";
import { isAboutMissing, noSuchAccount } from "../../identity-center/assert-account.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import { mapBounded } from "../../identity-center/map-bounded.ts";
import { listRoots, placesAbove } from "../../identity-center/organization-tree.ts";
import { table } from "../../output/view.ts";

export interface TracePoliciesInput {
  readonly account: string;
}

type PolicyType = NonNullable<CommandInput<"organizations", "ListPoliciesForTarget">["Filter"]>;
type Policy = NonNullable<CommandOutput<"organizations", "ListPoliciesForTarget">["Policies"]>[number];

export async function tracePolicies(context: CommandContext, input: TracePoliciesInput): Promise<void> {
  const center = await context.identityCenter();
  const id = await findAccountId(center, input.account);
  const [places, types, nameOf] = await Promise.all([
    placesAbove(center, id).catch((error: unknown) => {
      throw isAboutMissing(error) ? noSuchAccount(input.account) : error;
    }),
    enabledTypes(center),
    nameOfAccounts(context, center, [id]),
  ]);
  const targets = [
    ...places.map((place) => ({ TargetId: place.id, TargetName: place.name })),
    { TargetId: id, TargetName: nameOf(id) },
  ];
  const questions = targets.flatMap((target) => types.map((type) => ({ ...target, type })));
  const answers = await mapBounded(questions, async ({ type, ...target }) =>
    (await policiesOf(center, target.TargetId, type)).map((policy) => ({ ...target, ...policy })),
  );
  const policies = answers.flat();
  context.show({ AccountId: id, Policies: policies }, () =>
    table(
      ["Attached to", "Target ID", "Type", "Policy", "Policy ID"],
      policies.map(({ TargetName, TargetId, Type, Name, Id }) => [TargetName, TargetId, Type, Name, Id]),
    ),
  );
}

/** The types that are switched on: of the others nothing can be attached. */
async function enabledTypes(center: IdentityCenter): Promise<readonly PolicyType[]> {
  const roots = await listRoots(center);
  const types = roots.flatMap(({ PolicyTypes = [] }) =>
    PolicyTypes.flatMap(({ Type, Status }) => (Type !== undefined && Status === "ENABLED" ? [Type] : [])),
  );
  return [...new Set(types)];
}

async function policiesOf(
  { organizations }: IdentityCenter,
  TargetId: string,
  Filter: PolicyType,
): Promise<readonly Policy[]> {
  const policies: Policy[] = [];
  for await (const page of organizations.paginate("ListPoliciesForTarget", { TargetId, Filter })) {
    policies.push(...(page.Policies ?? []));
  }
  return policies;
}
