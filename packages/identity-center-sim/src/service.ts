/** The two services that make up Identity Center's administrative interface, and the one that has its accounts. */
export type Service = "identitystore" | "organizations" | "sso-admin";

/** How a service is told apart on the wire. */
export interface ServiceDescription {
  readonly service: Service;
  /** What the `x-amz-target` header begins with, before the dot. */
  readonly target: string;
  /** What `__type` of an error begins with, `#` included. */
  readonly errorPrefix: string;
}

export const services: readonly ServiceDescription[] = [
  {
    service: "identitystore",
    target: "AWSIdentityStore",
    errorPrefix: "com.amazonaws.identitystore#",
  },
  { service: "organizations", target: "AWSOrganizationsV20161128", errorPrefix: "" },
  { service: "sso-admin", target: "SWBExternalService", errorPrefix: "" },
];
