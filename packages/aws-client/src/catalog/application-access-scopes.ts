import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ApplicationAccessScopeCommand =
  | "DeleteApplicationAccessScope"
  | "GetApplicationAccessScope"
  | "ListApplicationAccessScopes"
  | "PutApplicationAccessScope";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const applicationAccessScopes: Rows<"sso-admin", ApplicationAccessScopeCommand> = {
  GetApplicationAccessScope: {
    kind: "read",
    key: { resource: "application", operation: "access_scope", identifier: ["ApplicationArn", "Scope"] },
    lifetime: "describe",
    tags: ({ ApplicationArn, Scope }) => [
      tag.application(ApplicationArn),
      tag.applicationAccessScope(ApplicationArn, Scope),
    ],
  },
  ListApplicationAccessScopes: {
    kind: "read",
    key: { resource: "application", operation: "access_scopes", identifier: ["ApplicationArn"] },
    lifetime: "list",
    tags: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      tag.applicationAccessScopes(ApplicationArn),
    ],
  },
  PutApplicationAccessScope: {
    kind: "write",
    stale: ({ ApplicationArn, Scope }) => [
      tag.applicationAccessScope(ApplicationArn, Scope),
      tag.applicationAccessScopes(ApplicationArn),
    ],
  },
  DeleteApplicationAccessScope: {
    kind: "write",
    stale: ({ ApplicationArn, Scope }) => [
      tag.applicationAccessScope(ApplicationArn, Scope),
      tag.applicationAccessScopes(ApplicationArn),
    ],
  },
};
