import type { CachedService } from "@awsideman/aws-client";
import type { Step } from "../output/progress.ts";

/** An instance of IAM Identity Center, with the directory that belongs to it. */
export interface Instance {
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
}

/** Identity Center as commands see it: its services, and the organisation that it is in, through the cache. */
export interface IdentityCenter {
  readonly identityStore: CachedService<"identitystore">;
  readonly ssoAdmin: CachedService<"sso-admin">;
  /** Many who may use Identity Center may not ask this. */
  readonly organizations: CachedService<"organizations">;
  /** Told how far a long list is, for whoever waits for it. */
  readonly report: (step: Step) => void;
  /** The one that was asked for, or the only one. Asked of AWS, or the cache, the first time. */
  readonly instance: () => Promise<Instance>;
}
