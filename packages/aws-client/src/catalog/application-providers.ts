import type { Rows } from "./row.ts";

type ApplicationProviderCommand = "DescribeApplicationProvider" | "ListApplicationProviders";

/** The catalogue of applications that AWS publishes. No command changes it. */
export const applicationProviders: Rows<"sso-admin", ApplicationProviderCommand> = {
  DescribeApplicationProvider: {
    kind: "read",
    key: { resource: "application_provider", operation: "describe", identifier: ["ApplicationProviderArn"] },
    lifetime: "catalogue",
    tags: () => [],
    absence: () => [],
  },
  ListApplicationProviders: {
    kind: "read",
    key: { resource: "application_provider", operation: "list" },
    lifetime: "catalogue",
    tags: () => [],
  },
};
