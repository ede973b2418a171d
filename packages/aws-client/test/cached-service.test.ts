import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Identitystore, type ListUsersCommandOutput } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from "vitest";
import {
  Audit,
  createCachedClient,
  createCachedService,
  type CachedService,
  type CommandOutput,
} from "../src/index.ts";
import { failureOf, isHit, startFixture, type Fixture } from "./support/fixture.ts";

interface Prepared extends Fixture {
  readonly service: CachedService<"identitystore">;
  readonly admin: CachedService<"sso-admin">;
  /** How often a client was made. */
  readonly made: () => number;
}

async function prepare(options: Parameters<typeof startFixture>[0] = {}): Promise<Prepared> {
  const fixture = await startFixture(options);
  const { cache, clock, sim, events } = fixture;
  const { endpoint, region } = sim.clientConfig;
  let made = 0;
  const common = {
    cache,
    clock,
    region,
    endpoint,
    caller: "ada",
    settle: 0,
    onEvent: events.push.bind(events) as never,
  };
  return {
    ...fixture,
    service: createCachedService({
      ...common,
      service: "identitystore",
      loadClient: async () => {
        made++;
        return new Identitystore({ ...sim.clientConfig, maxAttempts: 1 });
      },
    }),
    admin: createCachedService({
      ...common,
      service: "sso-admin",
      loadClient: async () => new SSOAdmin({ ...sim.clientConfig, maxAttempts: 1 }),
    }),
    made: () => made,
  };
}

describe("a cached service", () => {
  test("makes its client when AWS has to be asked for the first time, and only then", async () => {
    const { service, made, IdentityStoreId, cache, sim } = await prepare();
    expect(made()).toBe(0);
    const first = await service.call("ListUsers", { IdentityStoreId });
    await service.call("ListGroups", { IdentityStoreId });
    expect([isHit(first), made()]).toEqual([false, 1]);

    const { endpoint, region } = sim.clientConfig;
    const loadClient = (): never => {
      throw new Error("It was not to be loaded");
    };
    const fresh = createCachedService({
      service: "identitystore",
      cache,
      region,
      endpoint,
      caller: "ada",
      loadClient,
    });
    expect(isHit(await fresh.call("ListUsers", { IdentityStoreId }))).toBe(true);
  });

  test("shares answers with a cached client of the same caller, and not with one of another", async () => {
    const { service, cache, clock, aws, IdentityStoreId } = await prepare();
    await service.call("ListUsers", { IdentityStoreId });
    const same = createCachedClient(aws.identityStore, { cache, clock, caller: "ada" });
    const other = createCachedClient(aws.identityStore, { cache, clock, caller: "ben" });
    expect(isHit(await same.listUsers({ IdentityStoreId }))).toBe(true);
    expect(isHit(await other.listUsers({ IdentityStoreId }))).toBe(false);
  });

  test("asks at the service's own endpoint where a configured one is ignored", async () => {
    const { cache, clock, sim, IdentityStoreId } = await prepare();
    const isHitWith = async (ignoreConfiguredEndpointUrls: boolean): Promise<boolean> => {
      const service = createCachedService({
        service: "identitystore",
        loadClient: async () => new Identitystore({ ...sim.clientConfig }),
        cache,
        clock,
        region: sim.clientConfig.region,
        caller: "ada",
        ignoreConfiguredEndpointUrls,
      });
      return isHit(await service.call("ListUsers", { IdentityStoreId }));
    };
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await isHitWith(true)).toBe(false);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://elsewhere");
    expect(await isHitWith(true)).toBe(true);
    expect(await isHitWith(false)).toBe(false);
  });

  test.each([undefined, false] as const)(
    "tells of every request before it leaves, of retries too, and of no hit; quota %s",
    async (quota) => {
      const { cache, clock, sim, IdentityStoreId } = await prepare();
      const { endpoint, region } = sim.clientConfig;
      const service = createCachedService({
        service: "identitystore",
        loadClient: async () => new Identitystore({ ...sim.clientConfig, maxAttempts: 3 }),
        cache,
        clock,
        region,
        endpoint,
        caller: "ada",
        ...(quota === undefined ? {} : { quota }),
      });
      sim.faults.add({ kind: "error-before", status: 500, times: 2 });
      const told: number[] = [];
      const beforeRequest = async (): Promise<void> => void told.push(sim.calls.total);
      for (let time = 0; time < 2; time++)
        await service.call("ListUsers", { IdentityStoreId }, { beforeRequest });
      expect(told).toEqual([0, 1, 2]);
    },
  );

  test("tells nobody of the request that an audit of his hit makes", async () => {
    const { cache, clock, sim, IdentityStoreId } = await prepare();
    const { endpoint, region } = sim.clientConfig;
    const audit = new Audit({ share: 1 });
    const service = createCachedService({
      service: "identitystore",
      loadClient: async () => new Identitystore(sim.clientConfig),
      cache,
      clock,
      region,
      endpoint,
      caller: "ada",
      audit,
    });
    let told = 0;
    const beforeRequest = async (): Promise<void> => void told++;
    for (let time = 0; time < 2; time++)
      await service.call("ListUsers", { IdentityStoreId }, { beforeRequest });
    await audit.settled();
    expect([audit.report().compared, sim.calls.total, told]).toEqual([1, 2, 1]);
  });

  test("makes no request that is refused beforehand, and only who refused it is told so", async () => {
    const { service, sim, IdentityStoreId } = await prepare();
    const refusal = Promise.withResolvers<void>();
    const beforeRequest = (): Promise<void> => refusal.promise;
    const refused = failureOf(service.call("ListUsers", { IdentityStoreId }, { beforeRequest }));
    const joined = service.call("ListUsers", { IdentityStoreId });
    const reason = new Error("Not now");
    refusal.reject(reason);
    expect(await refused).toBe(reason);
    expect((await joined).Users).toEqual([]);
    expect(sim.calls.total).toBe(1);
  });

  test("writes, polls and passes errors on like a client", async () => {
    const { service, admin, IdentityStoreId, InstanceArn, sim, clock } = await prepare();
    const UserId = sim.console.createUser({ UserName: "ada" });
    await service.call("DescribeUser", { IdentityStoreId, UserId });
    await service.call("UpdateUser", {
      IdentityStoreId,
      UserId,
      Operations: [{ AttributePath: "title", AttributeValue: "Countess" }],
    });
    expect((await service.call("DescribeUser", { IdentityStoreId, UserId })).Title).toBe("Countess");

    const PermissionSetArn = sim.console.createPermissionSet({ Name: "some" });
    const { AccountAssignmentCreationStatus } = await admin.call("CreateAccountAssignment", {
      InstanceArn,
      PermissionSetArn,
      TargetType: "AWS_ACCOUNT",
      TargetId: sim.accountIds[1],
      PrincipalType: "USER",
      PrincipalId: UserId,
    });
    await clock.advance(1);
    const AccountAssignmentCreationRequestId = AccountAssignmentCreationStatus?.RequestId;
    const status = { InstanceArn, AccountAssignmentCreationRequestId };
    await admin.call("DescribeAccountAssignmentCreationStatus", status);
    expect(isHit(await admin.call("DescribeAccountAssignmentCreationStatus", status))).toBe(true);

    const gone = { IdentityStoreId, UserId: "00000000-0000-0000-0000-000000000000" };
    expect((await failureOf(service.call("DescribeUser", gone))).name).toBe("ResourceNotFoundException");
  });

  test("gives the pages of a list, and leaves the input as it is", async () => {
    const { service, IdentityStoreId, sim } = await prepare({ pageSize: 2 });
    for (const UserName of ["ada", "ben", "cleo"]) sim.console.createUser({ UserName });
    const input = Object.freeze({ IdentityStoreId });
    const pagesOf = async (): Promise<ListUsersCommandOutput[]> => {
      const pages: ListUsersCommandOutput[] = [];
      for await (const page of service.paginate("ListUsers", input, { pageSize: 2 })) pages.push(page);
      return pages;
    };
    const first = await pagesOf();
    expect(first.map(({ Users }) => Users?.length)).toEqual([2, 1]);
    expect((await pagesOf()).map(isHit)).toEqual([true, true]);
  });

  test("honours an abort signal, on a hit, too", async () => {
    const { service, IdentityStoreId } = await prepare();
    await service.call("ListUsers", { IdentityStoreId });
    const abortSignal = AbortSignal.abort();
    expect((await failureOf(service.call("ListUsers", { IdentityStoreId }, { abortSignal }))).name).toBe(
      "AbortError",
    );
  });

  test("passes on what loading the client fails with, and tries again", async () => {
    const { cache, sim, IdentityStoreId } = await prepare();
    let times = 0;
    const service = createCachedService({
      service: "identitystore",
      cache,
      region: "eu-west-1",
      caller: "ada",
      loadClient: async () => {
        if (++times === 1) throw new Error("There is no SDK");
        return new Identitystore(sim.clientConfig);
      },
    });
    expect((await failureOf(service.call("ListUsers", { IdentityStoreId }))).message).toBe("There is no SDK");
    expect((await service.call("ListUsers", { IdentityStoreId })).Users).toEqual([]);
  });

  test("rejects what is no command", async () => {
    const { service } = await prepare();
    const call = (command: string, input: object): Promise<object> =>
      service.call(command as never, input as never);
    for (const name of ["Send", "Destroy", "constructor", "RenameUser", "PaginateListUsers"]) {
      expect(await failureOf(call(name, {}))).toBeInstanceOf(TypeError);
    }
  });

  test("is typed by its commands", async () => {
    const { service } = await prepare();
    const list = (): unknown => service.call("ListUsers", { IdentityStoreId: "d-1" });
    expectTypeOf(list).toBeFunction();
    expectTypeOf<CommandOutput<"identitystore", "ListUsers">>().toEqualTypeOf<ListUsersCommandOutput>();
    // @ts-expect-error -- of the other service
    const wrong = service.call("ListInstances", {});
    expect(await failureOf(wrong)).toBeInstanceOf(TypeError);
  });

  test.each([
    [{ service: "iam" }, "`service` must be"],
    [{ loadClient: {} }, "`loadClient` must be"],
    [{ region: undefined }, "`region` must be"],
    [{ caller: undefined }, "`caller` must be"],
    [{ endpoint: 1 }, "`endpoint` must be"],
    [{ ignoreConfiguredEndpointUrls: "true" }, "`ignoreConfiguredEndpointUrls` must be"],
    [{ sdkVersion: 1 }, "`sdkVersion` must be"],
  ])("checks its options at once: %o", async (wrong, message) => {
    const { cache } = await prepare();
    const loadClient = async (): Promise<Identitystore> => new Identitystore({});
    const options = {
      service: "identitystore",
      cache,
      region: "eu-west-1",
      caller: "ada",
      loadClient,
      ...wrong,
    };
    expect(() => createCachedService(options as never)).toThrow(message);
  });
});

test("importing the package loads nothing of the SDK", async () => {
  const program = `
    const { registerHooks } = await import("node:module");
    const seen = [];
    registerHooks({ resolve: (specifier, context, next) => (seen.push(specifier), next(specifier, context)) });
    await import("@awsideman/aws-client");
    console.log(JSON.stringify(seen.filter((name) => name.includes("aws-sdk") || name.includes("smithy"))));
  `;
  const run = promisify(execFile);
  const { stdout } = await run(
    process.execPath,
    ["--conditions=@awsideman/source", "--input-type=module", "--eval", program],
    { cwd: new URL("..", import.meta.url).pathname },
  );
  expect(JSON.parse(stdout)).toEqual([]);
});
