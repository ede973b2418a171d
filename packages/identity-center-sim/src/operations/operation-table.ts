import { accountAssignmentOperations } from "./account-assignments.ts";
import { groupOperations } from "./groups.ts";
import { instanceOperations } from "./instances.ts";
import { membershipOperations } from "./memberships.ts";
import type { OperationTable } from "./operation.ts";
import { permissionSetOperations } from "./permission-sets.ts";
import { policyOperations } from "./policies.ts";
import { provisioningOperations } from "./provisioning.ts";
import { tagOperations } from "./tags.ts";
import { userOperations } from "./users.ts";

/** Every operation that the simulator plays. Names are unique across the two services. */
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
