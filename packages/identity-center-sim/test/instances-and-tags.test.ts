import {
  CreateInstanceCommand,
  DescribeInstanceCommand,
  DescribePermissionSetCommand,
  ListInstancesCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateInstanceCommand,
} from "@aws-sdk/client-sso-admin";
import { describe, expect, it } from "vitest";
import { failureOf, startFixture } from "./support/fixture.ts";

describe("the instance", () => {
  it("is listed and described in its stable state", async () => {
    const { sim, ssoAdmin, clock, InstanceArn, IdentityStoreId } = await startFixture({
      region: "eu-north-1",
    });
    const { Instances } = await ssoAdmin.send(new ListInstancesCommand({}));
    const { $metadata: _metadata, ...described } = await ssoAdmin.send(
      new DescribeInstanceCommand({ InstanceArn }),
    );
    expect(InstanceArn).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/);
    expect(IdentityStoreId).toMatch(/^d-[0-9a-f]{10}$/);
    expect(Instances).toEqual([
      {
        InstanceArn,
        IdentityStoreId,
        IdentityStoreArn: `arn:aws:identitystore::${sim.accountIds[0]}:identitystore/${IdentityStoreId}`,
        OwnerAccountId: sim.accountIds[0],
        CreatedDate: new Date(clock.now()),
        Status: "ACTIVE",
        PrimaryRegion: "eu-north-1",
        Regions: [
          {
            RegionName: "eu-north-1",
            Status: "ACTIVE",
            AddedDate: new Date(clock.now()),
            IsPrimaryRegion: true,
          },
        ],
      },
    ]);
    expect(described).toEqual({
      ...Instances?.[0],
      EncryptionConfigurationDetails: { KeyType: "AWS_OWNED_KMS_KEY", EncryptionStatus: "ENABLED" },
      PermissionSetsEnabled: true,
    });
  });

  it("can be named", async () => {
    const { ssoAdmin, InstanceArn } = await startFixture();
    await ssoAdmin.send(new UpdateInstanceCommand({ InstanceArn, Name: "production" }));
    expect((await ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn }))).Name).toBe("production");
    expect((await ssoAdmin.send(new ListInstancesCommand({}))).Instances?.[0]?.Name).toBe("production");
  });

  it("is the only one, and others are not found", async () => {
    const { ssoAdmin } = await startFixture();
    const other = "arn:aws:sso:::instance/ssoins-0000000000000000";
    const failure = await failureOf(ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn: other })));
    expect(failure.name).toBe("ResourceNotFoundException");
    expect((await failureOf(ssoAdmin.send(new CreateInstanceCommand({})))).name).toBe(
      "UnknownOperationException",
    );
  });

  it("has to be named by an ARN of the right form", async () => {
    const { ssoAdmin } = await startFixture();
    const failure = await failureOf(
      ssoAdmin.send(new DescribeInstanceCommand({ InstanceArn: "production" })),
    );
    expect(failure.name).toBe("ValidationException");
    expect(failure.message).toMatch(/Value 'production' at 'instanceArn'/);
  });
});

describe("tags", () => {
  it("of permission sets and the instance are set, changed and removed", async () => {
    const { sim, ssoAdmin, InstanceArn } = await startFixture();
    for (const ResourceArn of [sim.console.createPermissionSet({ Name: "ReadOnly" }), InstanceArn]) {
      const Tags = [
        { Key: "team", Value: "platform" },
        { Key: "cost", Value: "42" },
      ];
      await ssoAdmin.send(new TagResourceCommand({ InstanceArn, ResourceArn, Tags }));
      await ssoAdmin.send(
        new TagResourceCommand({ ResourceArn, Tags: [{ Key: "team", Value: "security" }] }),
      );
      await ssoAdmin.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["cost", "never set"] }));
      const withInstance = await ssoAdmin.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn }));
      const without = await ssoAdmin.send(new ListTagsForResourceCommand({ ResourceArn }));
      expect(withInstance.Tags).toEqual([{ Key: "team", Value: "security" }]);
      expect(without.Tags).toEqual(withInstance.Tags);
    }
  });

  it("need a resource that is there, and keys that are free to use", async () => {
    const { sim, ssoAdmin, InstanceArn } = await startFixture();
    const tag = (ResourceArn: string, ...keys: string[]) =>
      ssoAdmin.send(
        new TagResourceCommand({ ResourceArn, Tags: keys.map((Key) => ({ Key, Value: "value" })) }),
      );
    const missing = sim.console.createPermissionSet({ Name: "ReadOnly" });
    await tag(missing, "team");
    sim.console.deletePermissionSet(missing);
    expect(sim.state.tagsOf(missing)).toEqual([]);
    expect((await failureOf(tag(missing, "team"))).name).toBe("ResourceNotFoundException");
    expect((await failureOf(tag(InstanceArn, "aws:team"))).name).toBe("ValidationException");
    expect((await failureOf(tag(InstanceArn, "team", "team"))).name).toBe("ValidationException");
    const many = Array.from({ length: 51 }, (_, index) => `key-${index}`);
    expect((await failureOf(tag(InstanceArn, ...many))).name).toBe("ServiceQuotaExceededException");
    expect(sim.state.tagsOf(InstanceArn)).toEqual([]);
  });

  it("are not found under another instance", async () => {
    const { ssoAdmin, InstanceArn: ResourceArn } = await startFixture();
    const InstanceArn = "arn:aws:sso:::instance/ssoins-0000000000000000";
    const listing = ssoAdmin.send(new ListTagsForResourceCommand({ InstanceArn, ResourceArn }));
    expect((await failureOf(listing)).name).toBe("ResourceNotFoundException");
  });

  it("are no part of the permission set's description", async () => {
    const { sim, ssoAdmin, InstanceArn } = await startFixture({ population: { permissionSets: 1 } });
    const PermissionSetArn = sim.state.permissionSets[0]?.permissionSetArn ?? "";
    expect(sim.state.tagsOf(PermissionSetArn)).toHaveLength(1);
    const { PermissionSet } = await ssoAdmin.send(
      new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }),
    );
    expect(PermissionSet).not.toHaveProperty("Tags");
  });
});
