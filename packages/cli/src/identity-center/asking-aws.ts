import type { CachedService, Service } from "@awsideman/aws-client";
import type { IdentityCenter } from "./identity-center.ts";

/**
 * The same Identity Center, of which nothing comes from the cache but the instance: what a change is about has to be true
 * now. A name may have gone to somebody else since it was cached, and what is sent back may have been changed elsewhere.
 */
export function askingAws(center: IdentityCenter): IdentityCenter {
  return {
    ...center,
    identityStore: asked(center.identityStore),
    ssoAdmin: asked(center.ssoAdmin),
    organizations: asked(center.organizations),
  };
}

function asked<S extends Service>(service: CachedService<S>): CachedService<S> {
  return {
    ...service,
    // Or a list would be preferred because it is cached, and then asked for as a whole.
    has: () => Promise.resolve(false),
    call: (command, input, options) => service.call(command, input, { ...options, maxAge: 0 }),
    paginate: (command, input, options) => service.paginate(command, input, { ...options, maxAge: 0 }),
  };
}
