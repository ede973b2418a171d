import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Identitystore } from "@aws-sdk/client-identitystore";
import { SSOAdmin } from "@aws-sdk/client-sso-admin";
import {
  cacheMetadata,
  createCachedClient,
  environmentCaller,
  type CachedClientOptions,
} from "@awsideman/aws-client";
import { CacheManager } from "@awsideman/cache-core";
import { startIdentityCenterSim, type IdentityCenterSim } from "@awsideman/identity-center-sim";
import { createStorage as createDiskStorage } from "@awsideman/storage-disk";
import { createStorage as createMemoryStorage } from "@awsideman/storage-memory";
import { startCredentialServer, type CredentialServer } from "./credential-server.ts";
import { principalsAt, sharedFiles, type Principal } from "./principals.ts";

/** What a client reads in these tests: something with an input, and something that only the caller decides. */
export type Reading = "DescribeUser" | "ListInstances";
export const readings: readonly Reading[] = ["DescribeUser", "ListInstances"];

/** The clients of one principal, as one process has them. */
export interface Member {
  readonly principal: Principal;
  /** Does it in the environment of the principal. */
  as<Result>(action: () => Promise<Result>): Promise<Result>;
  /** Resolves with whether the answer was in the cache. */
  read(reading: Reading): Promise<boolean>;
  /** Changes what is read. */
  write(reading: Reading): Promise<void>;
}

/** An Identity Center, all who can ask it, and where they get their credentials. */
export class Organisation implements AsyncDisposable {
  readonly sim: IdentityCenterSim;
  readonly folder: string;
  readonly principals: readonly Principal[];
  readonly credentials: CredentialServer;
  readonly userId: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #closing: (() => Promise<unknown>)[] = [];

  private constructor(sim: IdentityCenterSim, credentials: CredentialServer, folder: string) {
    this.sim = sim;
    this.credentials = credentials;
    this.folder = folder;
    this.principals = principalsAt(credentials.url, folder);
    this.userId = sim.console.createUser({ UserName: "ada" });
    this.#variables = {
      HOME: folder,
      AWS_CONFIG_FILE: path.join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(folder, "credentials"),
      AWS_ENDPOINT_URL_STS: credentials.url,
      AWS_ENDPOINT_URL_SSO: credentials.url,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  static async open(): Promise<Organisation> {
    const folder = await mkdtemp(path.join(tmpdir(), "awsideman-callers-"));
    const { config, credentials } = sharedFiles(folder);
    await writeFile(path.join(folder, "config"), config);
    await writeFile(path.join(folder, "credentials"), credentials);
    for (const number of [1, 2, 3]) {
      const says = { Version: 1, AccessKeyId: `AKIAPROCESS${number}`, SecretAccessKey: "secret" };
      await writeFile(path.join(folder, `process-${number}`), JSON.stringify(says));
      await writeFile(path.join(folder, `token-${number}`), `token ${number}`);
    }
    const organisation = new Organisation(
      await startIdentityCenterSim(),
      await startCredentialServer(),
      folder,
    );
    for (const session of ["corp", "agency"]) await organisation.signIn(session, 3_600_000);
    return organisation;
  }

  /** Leaves behind what `aws sso login` leaves behind. */
  async signIn(session: string, milliseconds: number): Promise<void> {
    const folder = path.join(this.folder, ".aws", "sso", "cache");
    await mkdir(folder, { recursive: true });
    const file = `${createHash("sha1").update(session).digest("hex")}.json`;
    const expiresAt = new Date(Date.now() + milliseconds).toISOString();
    await writeFile(path.join(folder, file), JSON.stringify({ accessToken: session, expiresAt }));
  }

  /** Starts another process on a storage. */
  async process(backend: "memory" | "disk", name: string): Promise<CacheManager> {
    const config = backend === "disk" ? { cacheDir: path.join(this.folder, name) } : {};
    const manager = new CacheManager({ storage: { backend, config } });
    manager.registerBackend("memory", createMemoryStorage);
    manager.registerBackend("disk", createDiskStorage);
    await manager.configureStorage({ backend, config });
    this.#closing.push(() => manager.close());
    return manager;
  }

  /** Makes the clients of a principal, in his environment. */
  async join(
    principal: Principal,
    cache: CacheManager,
    naming: "by environment" | "by credentials",
    options: Partial<CachedClientOptions> = {},
  ): Promise<Member> {
    const { profile, variables = {}, config = {} } = principal;
    const own = { ...this.#variables, ...variables };
    const as = async <Result>(action: () => Promise<Result>): Promise<Result> => {
      Object.assign(process.env, own);
      try {
        return await action();
      } finally {
        for (const variable of Object.keys(own)) delete process.env[variable];
      }
    };
    return as(async () => {
      const { endpoint, region } = this.sim;
      const clientConfig = { endpoint, region, ...(profile === undefined ? {} : { profile }), ...config };
      // Who gives credentials to a client is told by them.
      const finds = naming === "by environment" && config.credentials === undefined;
      const cached: CachedClientOptions = {
        cache,
        settle: 0,
        quota: false,
        ...(finds ? { caller: environmentCaller({ profile }) } : {}),
        ...options,
      };
      const identityStore = createCachedClient(new Identitystore(clientConfig), cached);
      const ssoAdmin = createCachedClient(new SSOAdmin(clientConfig), cached);
      this.#closing.push(
        async () => identityStore.destroy(),
        async () => ssoAdmin.destroy(),
      );
      const { identityStoreId: IdentityStoreId, instanceArn: InstanceArn } = this.sim;
      const user = { IdentityStoreId, UserId: this.userId };
      const reads = {
        DescribeUser: () => identityStore.describeUser(user),
        ListInstances: () => ssoAdmin.listInstances({}),
      };
      const Operations = [{ AttributePath: "title", AttributeValue: "Countess" }];
      const writes = {
        DescribeUser: () => identityStore.updateUser({ ...user, Operations }),
        ListInstances: () => ssoAdmin.updateInstance({ InstanceArn, Name: "corp" }),
      };
      return {
        principal,
        as,
        read: (reading) => as(async () => cacheMetadata(await reads[reading]())?.hit ?? false),
        write: (reading) => as(async () => void (await writes[reading]())),
      };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing) await close();
    await this.sim.close();
    await this.credentials.close();
    await rm(this.folder, { recursive: true });
  }
}
