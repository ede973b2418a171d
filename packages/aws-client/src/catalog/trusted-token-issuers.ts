import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type TrustedTokenIssuerCommand =
  | "CreateTrustedTokenIssuer"
  | "DeleteTrustedTokenIssuer"
  | "DescribeTrustedTokenIssuer"
  | "ListTrustedTokenIssuers"
  | "UpdateTrustedTokenIssuer";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const trustedTokenIssuers: Rows<"sso-admin", TrustedTokenIssuerCommand> = {
  DescribeTrustedTokenIssuer: {
    kind: "read",
    key: { resource: "trusted_token_issuer", operation: "describe", identifier: ["TrustedTokenIssuerArn"] },
    lifetime: "describe",
    tags: ({ TrustedTokenIssuerArn }) => [tag.trustedTokenIssuer(TrustedTokenIssuerArn)],
    absence: ({ TrustedTokenIssuerArn }) => [tag.trustedTokenIssuers(TrustedTokenIssuerArn)],
  },
  ListTrustedTokenIssuers: {
    kind: "read",
    key: { resource: "trusted_token_issuer", operation: "list" },
    lifetime: "list",
    tags: ({ InstanceArn }) => [tag.trustedTokenIssuers(InstanceArn)],
  },
  CreateTrustedTokenIssuer: {
    kind: "write",
    stale: ({ InstanceArn }) => [allIssuers(InstanceArn)],
    staleAfter: ({ TrustedTokenIssuerArn }) => [
      tag.trustedTokenIssuer(TrustedTokenIssuerArn),
      tag.resourceTags(TrustedTokenIssuerArn),
    ],
  },
  UpdateTrustedTokenIssuer: {
    kind: "write",
    stale: ({ TrustedTokenIssuerArn }) => [
      tag.trustedTokenIssuer(TrustedTokenIssuerArn),
      allIssuers(TrustedTokenIssuerArn),
    ],
  },
  DeleteTrustedTokenIssuer: {
    kind: "write",
    stale: ({ TrustedTokenIssuerArn }) => [
      tag.trustedTokenIssuer(TrustedTokenIssuerArn),
      allIssuers(TrustedTokenIssuerArn),
      tag.trustedTokenIssuerGrants(TrustedTokenIssuerArn),
      tag.applicationGrantPages,
      tag.resourceTags(TrustedTokenIssuerArn),
    ],
  },
};

/** The lists of the instance that the ARN names; those of all instances when it names none. */
function allIssuers(arn: string | undefined): string {
  return tag.orWhole(tag.trustedTokenIssuers, arn, "trusted_token_issuer:list");
}
