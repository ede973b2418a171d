import type { CachedService, CommandOutput } from "@awsideman/aws-client";
import { CliError, notFoundError } from "../errors/cli-error.ts";
import type { Settings } from "../settings/settings.ts";
import type { Instance } from "./identity-center.ts";

/**
 * Finds the instance: the one that was asked for, or the only one that there is.
 * @throws CliError when there is none, or more than one to choose from
 */
export async function findInstance(
  ssoAdmin: CachedService<"sso-admin">,
  settings: Settings,
): Promise<Instance> {
  const { instanceArn, identityStoreId } = settings;
  if (instanceArn !== undefined && identityStoreId !== undefined) {
    return { InstanceArn: instanceArn, IdentityStoreId: identityStoreId };
  }
  const instances = await allInstances(ssoAdmin);
  const chosen = instances.filter(
    (instance) =>
      (instanceArn === undefined || instance.InstanceArn === instanceArn) &&
      (identityStoreId === undefined || instance.IdentityStoreId === identityStoreId),
  );
  const [only, other] = chosen;
  if (only !== undefined && other === undefined) {
    const { InstanceArn, IdentityStoreId } = only;
    return { InstanceArn, IdentityStoreId };
  }
  if (other !== undefined) {
    throw new CliError(
      `there is more than one instance of Identity Center: ${chosen.map(describe).join(", ")}`,
      {
        advice: "choose one with --instance-arn",
      },
    );
  }
  const where = `in ${settings.region} for this profile`;
  if (instances.length === 0) {
    throw notFoundError(
      `there is no instance of Identity Center ${where}`,
      "it is in one region of an organisation; name that with --region",
    );
  }
  throw notFoundError(
    `there is no instance ${instanceArn ?? identityStoreId} ${where}`,
    `there is ${instances.map(describe).join(", ")}`,
  );
}

type InstanceMetadata = NonNullable<CommandOutput<"sso-admin", "ListInstances">["Instances"]>[number];

/** All instances that the caller may see in the region, with what AWS says of them. */
export async function allInstances(
  ssoAdmin: CachedService<"sso-admin">,
): Promise<readonly (InstanceMetadata & Instance)[]> {
  const instances: (InstanceMetadata & Instance)[] = [];
  for await (const { Instances = [] } of ssoAdmin.paginate("ListInstances", {})) {
    for (const instance of Instances) {
      const { InstanceArn, IdentityStoreId } = instance;
      if (InstanceArn !== undefined && IdentityStoreId !== undefined)
        instances.push({ ...instance, InstanceArn, IdentityStoreId });
    }
  }
  return instances;
}

function describe({ InstanceArn, IdentityStoreId }: Instance): string {
  return `${InstanceArn} (${IdentityStoreId})`;
}
