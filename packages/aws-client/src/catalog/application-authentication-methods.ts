import type { Rows } from "./row.ts";
import * as tag from "./tag.ts";

type ApplicationAuthenticationMethodCommand =
  | "DeleteApplicationAuthenticationMethod"
  | "GetApplicationAuthenticationMethod"
  | "ListApplicationAuthenticationMethods"
  | "PutApplicationAuthenticationMethod";

/** https://docs.aws.amazon.com/singlesignon/latest/APIReference/ */
export const applicationAuthenticationMethods: Rows<"sso-admin", ApplicationAuthenticationMethodCommand> = {
  GetApplicationAuthenticationMethod: {
    kind: "read",
    key: {
      resource: "application",
      operation: "authentication_method",
      identifier: ["ApplicationArn", "AuthenticationMethodType"],
    },
    lifetime: "describe",
    tags: ({ ApplicationArn, AuthenticationMethodType }) => [
      tag.application(ApplicationArn),
      tag.applicationAuthenticationMethod(ApplicationArn, AuthenticationMethodType),
    ],
  },
  ListApplicationAuthenticationMethods: {
    kind: "read",
    key: { resource: "application", operation: "authentication_methods", identifier: ["ApplicationArn"] },
    lifetime: "list",
    tags: ({ ApplicationArn }) => [
      tag.application(ApplicationArn),
      tag.applicationAuthenticationMethods(ApplicationArn),
    ],
  },
  PutApplicationAuthenticationMethod: {
    kind: "write",
    stale: ({ ApplicationArn, AuthenticationMethodType }) => [
      tag.applicationAuthenticationMethod(ApplicationArn, AuthenticationMethodType),
      tag.applicationAuthenticationMethods(ApplicationArn),
    ],
  },
  DeleteApplicationAuthenticationMethod: {
    kind: "write",
    stale: ({ ApplicationArn, AuthenticationMethodType }) => [
      tag.applicationAuthenticationMethod(ApplicationArn, AuthenticationMethodType),
      tag.applicationAuthenticationMethods(ApplicationArn),
    ],
  },
};
