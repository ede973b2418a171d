import type { PrincipalType } from "../store/records.ts";
import { integer, oneOf, optional, structure, text, type Field } from "./field.ts";

// The patterns are those of the service model.
const resource =
  /^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/;
const identityStore =
  /^d-[0-9a-f]{10}$|^[0-9a-f]{8}\b-[0-9a-f]{4}\b-[0-9a-f]{4}\b-[0-9a-f]{4}\b-[0-9a-f]{12}$/;
const instance =
  /^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/;
const permissionSet =
  /^arn:(aws|aws-us-gov|aws-cn|aws-iso|aws-iso-b):sso:::permissionSet\/(sso)?ins-[a-zA-Z0-9-.]{16}\/ps-[a-zA-Z0-9-./]{16}$/;

export const identityStoreId: Field<string> = text({ maximum: 36, pattern: identityStore });
/** Identifies a user, group, membership or principal. */
export const resourceId: Field<string> = text({ maximum: 47, pattern: resource });

/** The union with `UserId` as its only member. */
export const memberId: Field<{ readonly UserId: string }> = structure({ UserId: resourceId });

export const instanceArn: Field<string> = text({ minimum: 10, maximum: 1224, pattern: instance });
export const permissionSetArn: Field<string> = text({
  minimum: 10,
  maximum: 1224,
  pattern: permissionSet,
});
export const accountId: Field<string> = text({ pattern: /^\d{12}$/ });
export const principalType: Field<PrincipalType> = oneOf(["USER", "GROUP"]);

/** Members of every list that is read page by page. */
export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export const pageFields: {
  readonly MaxResults: Field<number | undefined>;
  readonly NextToken: Field<string | undefined>;
} = {
  MaxResults: optional(integer(1, 100)),
  NextToken: optional(text({ maximum: 65_535 })),
};
