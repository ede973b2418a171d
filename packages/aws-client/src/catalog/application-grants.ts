import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ApplicationGrantCommand =
  | "DeleteApplicationGrant"
  | "GetApplicationGrant"
  | "ListApplicationGrants"
  | "PutApplicationGrant";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const applicationGrants: Rows<"sso-admin", ApplicationGrantCommand> = {
  GetApplicationGrant: {
    kind: "read",
    key: { resource: "application", operation: "grant", identifier: ["ApplicationArn", "GrantType"] },
    lifetime: "describe",
    tags: ({ ApplicationArn, GrantType }) => [
      tag.application(ApplicationArn),
      tag.applicationGrant(ApplicationArn, GrantType),
    ],
    outputTags: ({ Grant }) => issuersIn(Grant),
  },
  ListApplicationGrants: {
    kind: "read",
    key: { resource: "application", operation: "grants", identifier: ["ApplicationArn"] },
    lifetime: "list",
    tags: ({ ApplicationArn }) => [tag.application(ApplicationArn), tag.applicationGrants(ApplicationArn)],
    outputTags: ({ Grants }) => (Grants ?? []).flatMap(({ Grant }) => issuersIn(Grant)),
    pageTags: () => [tag.applicationGrantPages],
  },
  PutApplicationGrant: {
    kind: "write",
    stale: ({ ApplicationArn, GrantType }) => [
      tag.applicationGrant(ApplicationArn, GrantType),
      tag.applicationGrants(ApplicationArn),
    ],
  },
  DeleteApplicationGrant: {
    kind: "write",
    stale: ({ ApplicationArn, GrantType }) => [
      tag.applicationGrant(ApplicationArn, GrantType),
      tag.applicationGrants(ApplicationArn),
    ],
  },
};

interface GrantWithIssuers {
  readonly JwtBearer?: {
    readonly AuthorizedTokenIssuers?:
      | readonly { readonly TrustedTokenIssuerArn?: string | undefined }[]
      | undefined;
  };
}

/** A grant by JWT names the issuers that it trusts, and changes when one of them is deleted. */
function issuersIn(grant: GrantWithIssuers | undefined): readonly string[] {
  return (grant?.JwtBearer?.AuthorizedTokenIssuers ?? []).map((issuer) =>
    tag.trustedTokenIssuerGrants(issuer.TrustedTokenIssuerArn),
  );
}
