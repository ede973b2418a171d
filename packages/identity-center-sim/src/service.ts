/** The two services that make up Identity Center's administrative interface. */
export type Service = "identitystore" | "sso-admin";

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
  { service: "sso-admin", target: "SWBExternalService", errorPrefix: "" },
];
