import type { Engine } from "./engine/engine.ts";

const accountNames = ["production", "staging", "development", "sandbox", "audit", "log-archive", "network"];
const unitNames = ["Workloads", "Security", "Production", "Sandbox", "Infrastructure", "Suspended"];

/**
 * Puts the accounts into an organisation: the management account into its root, the others into its units by turns. Every
 * third unit is inside the one that is two before it.
 */
export function populateOrganization(engine: Engine, units: number, now: number): void {
  const { accountIds, rootId } = engine.organization;
  const policyId = "p-FullAWSAccess";
  engine.change((state) => {
    state.put("organizationPolicies", policyId, {
      policyId,
      name: "FullAWSAccess",
      description: "Allows access to every operation",
      type: "SERVICE_CONTROL_POLICY",
      content: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      awsManaged: true,
    });
    for (const targetId of [rootId, ...accountIds]) {
      state.put("policyAttachments", `${policyId} ${targetId}`, { policyId, targetId });
    }
  });
  const made: string[] = [];
  for (let index = 0; index < units; index += 1) {
    const { OrganizationalUnit } = engine.perform("CreateOrganizationalUnit", {
      ParentId: (index % 3 === 2 ? made[index - 2] : undefined) ?? rootId,
      Name: numberedName(unitNames, index),
    });
    made.push((OrganizationalUnit as { readonly Id: string }).Id);
  }
  engine.change((state) => {
    for (const [index, accountId] of accountIds.entries()) {
      state.put("accounts", accountId, {
        accountId,
        name: index === 0 ? "management" : numberedName(accountNames, index - 1),
        email: `aws+${accountId}@example.com`,
        parentId: (index === 0 ? undefined : made[(index - 1) % made.length]) ?? rootId,
        joinedAt: now,
      });
    }
  });
  engine.settle();
}

function numberedName(names: readonly string[], index: number): string {
  const name = names[index % names.length] ?? "";
  const round = Math.floor(index / names.length);
  return round === 0 ? name : `${name}-${round + 1}`;
}
