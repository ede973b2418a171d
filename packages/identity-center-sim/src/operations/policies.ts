import { pageFields, type PageInput } from "../input/common-fields.ts";
import { isObject, optional, structure, text, type Field, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { conflict, notFound, quotaExceeded, validationError } from "../service-error.ts";
import type {
  Attachment,
  CustomerManagedPolicyReference,
  PermissionsBoundary,
  PermissionSetRecord,
} from "../store/records.ts";
import type { OperationTable } from "./operation.ts";
import { permissionSetChange, permissionSetRead } from "./sso-admin.ts";

/** How many managed policies of both kinds a permission set may have. */
const policyQuota = 20;

const policyArn = text({
  minimum: 20,
  maximum: 2048,
  pattern: /^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):iam::aws:policy(\/[A-Za-z0-9+=,.@_/-]*)$/,
});

const referenceMembers = structure<{ readonly Name: string; readonly Path?: string | undefined }>({
  Name: text({ maximum: 128, pattern: /^[\w+=,.@-]+$/ }),
  Path: optional(text({ maximum: 512, pattern: /^((\/[A-Za-z0-9.,+@=_-]+)*)\/$/ })),
});

const policyReference: Field<CustomerManagedPolicyReference> = {
  parse: (value, path) => {
    const { Name, Path = "/" } = referenceMembers.parse(value, path);
    return { Name, Path };
  },
};

const boundaryMembers = structure<{
  readonly ManagedPolicyArn?: string | undefined;
  readonly CustomerManagedPolicyReference?: CustomerManagedPolicyReference | undefined;
}>({
  ManagedPolicyArn: optional(policyArn),
  CustomerManagedPolicyReference: optional(policyReference),
});

const permissionsBoundary: Field<PermissionsBoundary> = {
  parse: (value, path) => {
    const members = boundaryMembers.parse(value, path);
    const { ManagedPolicyArn: arn, CustomerManagedPolicyReference: reference } = members;
    if (arn !== undefined && reference === undefined) return { ManagedPolicyArn: arn };
    if (reference !== undefined && arn === undefined) {
      return { CustomerManagedPolicyReference: reference };
    }
    throw validationError(
      "PermissionsBoundary must have either ManagedPolicyArn or CustomerManagedPolicyReference.",
    );
  },
};

const pages: Fields<PageInput> = pageFields;

export const policyOperations: OperationTable = {
  PutInlinePolicyToPermissionSet: permissionSetChange(
    { InlinePolicy: text({ maximum: 32_768 }) },
    (permissionSet, { InlinePolicy }) => ({
      ...permissionSet,
      inlinePolicy: requirePolicyDocument(InlinePolicy),
    }),
  ),

  // Nothing to delete is no error, and nothing to provision either.
  DeleteInlinePolicyFromPermissionSet: permissionSetChange({}, (permissionSet) =>
    permissionSet.inlinePolicy === "" ? permissionSet : { ...permissionSet, inlinePolicy: "" },
  ),

  // Without an inline policy the service answers with an empty one.
  GetInlinePolicyForPermissionSet: permissionSetRead({}, (permissionSet) => ({
    InlinePolicy: permissionSet.inlinePolicy,
  })),

  PutPermissionsBoundaryToPermissionSet: permissionSetChange(
    { PermissionsBoundary: permissionsBoundary },
    (permissionSet, input) => ({
      ...permissionSet,
      permissionsBoundary: input.PermissionsBoundary,
    }),
  ),

  DeletePermissionsBoundaryFromPermissionSet: permissionSetChange({}, (permissionSet) => {
    requireBoundary(permissionSet);
    return { ...permissionSet, permissionsBoundary: undefined };
  }),

  GetPermissionsBoundaryForPermissionSet: permissionSetRead({}, (permissionSet) => ({
    PermissionsBoundary: requireBoundary(permissionSet),
  })),

  AttachManagedPolicyToPermissionSet: permissionSetChange(
    { ManagedPolicyArn: policyArn },
    (permissionSet, { ManagedPolicyArn: arn }) => {
      if (permissionSet.managedPolicies.some(({ value }) => value === arn)) {
        throw conflict(`${nameOf(permissionSet)} already has managed policy ${arn} attached.`);
      }
      requireRoom(permissionSet);
      return {
        ...permissionSet,
        managedPolicies: attached(permissionSet.managedPolicies, arn),
      };
    },
  ),

  DetachManagedPolicyFromPermissionSet: permissionSetChange(
    { ManagedPolicyArn: policyArn },
    (permissionSet, { ManagedPolicyArn: arn }) => {
      const left = permissionSet.managedPolicies.filter(({ value }) => value !== arn);
      if (left.length === permissionSet.managedPolicies.length) {
        throw notFound(`Could not find ManagedPolicy with arn ${arn}`);
      }
      return { ...permissionSet, managedPolicies: left };
    },
  ),

  ListManagedPoliciesInPermissionSet: permissionSetRead(pages, (permissionSet, input, context) => {
    const page = paginate(input, context, (after) => behind(permissionSet.managedPolicies, after));
    return {
      AttachedManagedPolicies: page.items.map((arn) => ({
        Name: arn.split("/").at(-1),
        Arn: arn,
      })),
      NextToken: page.nextToken,
    };
  }),

  AttachCustomerManagedPolicyReferenceToPermissionSet: permissionSetChange(
    { CustomerManagedPolicyReference: policyReference },
    (permissionSet, { CustomerManagedPolicyReference: reference }) => {
      if (permissionSet.customerManagedPolicies.some(({ value }) => isSame(value, reference))) {
        throw conflict(
          `${nameOf(permissionSet)} already has customer managed policy ${reference.Path}${reference.Name} attached.`,
        );
      }
      requireRoom(permissionSet);
      return {
        ...permissionSet,
        customerManagedPolicies: attached(permissionSet.customerManagedPolicies, reference),
      };
    },
  ),

  DetachCustomerManagedPolicyReferenceFromPermissionSet: permissionSetChange(
    { CustomerManagedPolicyReference: policyReference },
    (permissionSet, { CustomerManagedPolicyReference: reference }) => {
      const left = permissionSet.customerManagedPolicies.filter(({ value }) => !isSame(value, reference));
      if (left.length === permissionSet.customerManagedPolicies.length) {
        throw notFound(`Could not find customer managed policy ${reference.Path}${reference.Name}`);
      }
      return { ...permissionSet, customerManagedPolicies: left };
    },
  ),

  ListCustomerManagedPolicyReferencesInPermissionSet: permissionSetRead(
    pages,
    (permissionSet, input, context) => {
      const page = paginate(input, context, (after) => behind(permissionSet.customerManagedPolicies, after));
      return { CustomerManagedPolicyReferences: page.items, NextToken: page.nextToken };
    },
  ),
};

function requirePolicyDocument(policy: string): string {
  try {
    if (isObject(JSON.parse(policy))) return policy;
  } catch {
    // Falls through: what does not parse is as wrong as what is not an object.
  }
  throw validationError("The inline policy is not a valid JSON policy document.");
}

function requireBoundary(permissionSet: PermissionSetRecord): PermissionsBoundary {
  if (permissionSet.permissionsBoundary === undefined) {
    throw notFound(`Could not find PermissionsBoundary of ${nameOf(permissionSet)}`);
  }
  return permissionSet.permissionsBoundary;
}

function requireRoom(permissionSet: PermissionSetRecord): void {
  const { managedPolicies, customerManagedPolicies } = permissionSet;
  if (managedPolicies.length + customerManagedPolicies.length >= policyQuota) {
    throw quotaExceeded(`${nameOf(permissionSet)} cannot have more than ${policyQuota} policies.`);
  }
}

function attached<Value>(
  attachments: readonly Attachment<Value>[],
  value: Value,
): readonly Attachment<Value>[] {
  const position = (attachments.at(-1)?.position ?? -1) + 1;
  return [...attachments, { position, value }];
}

function behind<Value>(
  attachments: readonly Attachment<Value>[],
  after: number,
): readonly Attachment<Value>[] {
  return attachments.filter(({ position }) => position > after);
}

function isSame(one: CustomerManagedPolicyReference, other: CustomerManagedPolicyReference): boolean {
  return one.Name === other.Name && one.Path === other.Path;
}

function nameOf(permissionSet: PermissionSetRecord): string {
  return `Permission set with id ${permissionSet.permissionSetArn.split("/").at(-1)}`;
}
