import { accountAssignmentOperations } from "./account-assignments.ts";
import { groupOperations } from "./groups.ts";
import { instanceOperations } from "./instances.ts";
import { membershipOperations } from "./memberships.ts";
import type { OperationTable } from "./operation.ts";
import { organizationAccountOperations } from "./organization-accounts.ts";
import { organizationPolicyOperations } from "./organization-policies.ts";
import { organizationTagOperations } from "./organization-tags.ts";
import { organizationalUnitOperations } from "./organizational-units.ts";
import { permissionSetOperations } from "./permission-sets.ts";
import { policyOperations } from "./policies.ts";
import { provisioningOperations } from "./provisioning.ts";
import { tagOperations } from "./tags.ts";
import { userOperations } from "./users.ts";

/** Every operation of Identity Center that the simulator plays. Names are unique across the two services. */
export const operationTable: OperationTable = {
  ...userOperations,
  ...groupOperations,
  ...membershipOperations,
  ...instanceOperations,
  ...permissionSetOperations,
  ...policyOperations,
  ...accountAssignmentOperations,
  ...provisioningOperations,
  ...tagOperations,
};

/** Those of Organizations, which has names that sso-admin has, too. */
export const organizationsTable: OperationTable = {
  ...organizationAccountOperations,
  ...organizationalUnitOperations,
  ...organizationPolicyOperations,
  ...organizationTagOperations,
};
