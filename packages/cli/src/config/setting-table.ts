import { outputFormats } from "../output/output-choice.ts";
import { defineSetting, type Setting } from "./setting.ts";
import * as kinds from "./setting-kinds.ts";

/**
 * Every setting there is. What counts, `config show`, `get`, `set` and `validate`, their help and the table in the README
 * all come from here.
 */
export const settings = {
  profile: defineSetting({
    name: "default_profile",
    summary: "The profile: one of this file, or one of AWS's",
    kind: kinds.text,
    otherwise: "AWS's default profile",
    option: "profile",
    variables: [{ name: "AWSIDEMAN_PROFILE" }, { name: "AWS_PROFILE" }],
    scope: "whole",
  }),
  awsProfile: defineSetting({
    name: "aws_profile",
    summary: "The AWS profile whose credentials are used",
    kind: kinds.text,
    otherwise: "the AWS profile of the same name, or credentials in the environment",
    scope: "profile",
  }),
  region: defineSetting({
    name: "region",
    summary: "The region of Identity Center",
    kind: kinds.region,
    otherwise: "that of the AWS profile",
    option: "region",
    variables: [{ name: "AWS_REGION" }, { name: "AWS_DEFAULT_REGION" }],
  }),
  instanceArn: defineSetting({
    name: "sso_instance_arn",
    summary: "The instance of Identity Center",
    kind: kinds.text,
    otherwise: "the only one that there is",
    option: "instanceArn",
    variables: [{ name: "AWSIDEMAN_INSTANCE_ARN" }],
    group: "instance",
  }),
  identityStoreId: defineSetting({
    name: "identity_store_id",
    summary: "Its identity store; with both, AWS is not asked for it",
    kind: kinds.text,
    otherwise: "that of the instance",
    option: "identityStoreId",
    variables: [{ name: "AWSIDEMAN_IDENTITY_STORE_ID" }],
    group: "instance",
  }),
  instanceName: defineSetting({
    name: "sso_display_name",
    summary: "What people call the instance",
    kind: kinds.text,
    scope: "profile",
  }),
  output: defineSetting({
    name: "output",
    summary: "How results are printed",
    kind: kinds.choice(outputFormats),
    default: "table",
    option: "output",
    variables: [{ name: "AWSIDEMAN_OUTPUT" }],
  }),
  cacheEnabled: defineSetting({
    name: "cache.enabled",
    summary: "False: everything is asked of AWS, and nothing is kept",
    kind: kinds.boolean,
    default: true,
    variables: [{ name: "AWSIDEMAN_CACHE_DISABLED", negated: true }, { name: "AWSIDEMAN_CACHE_ENABLED" }],
  }),
  cacheBackend: defineSetting({
    name: "cache.backend",
    summary: "Where the cache is: `disk`, `redis`, or `memory`, which lasts as long as the command",
    kind: kinds.choice(["memory", "disk", "redis"], { file: "disk" }),
    default: "disk",
    variables: [{ name: "AWSIDEMAN_CACHE_BACKEND" }],
    formerNames: ["cache.backend_type"],
    formerValues: { dynamodb: "disk", hybrid: "disk" },
    // A write has to reach what others read, whichever profile it is made by.
    scope: "whole",
  }),
  cacheDirectory: defineSetting({
    name: "cache.directory",
    summary: "The folder of the cache on disk",
    kind: kinds.absolutePath,
    otherwise: "`~/.cache/awsideman`, or the platform's place for caches",
    variables: [{ name: "AWSIDEMAN_CACHE_DIR" }, { name: "AWSIDEMAN_CACHE_FILE_DIR" }],
    formerNames: ["cache.file_cache_dir"],
    // A write has to reach what others read, whichever profile it is made by.
    scope: "whole",
  }),
  outboxDirectory: defineSetting({
    name: "cache.outbox_directory",
    summary: "The folder of what the cache could not be told yet",
    kind: kinds.absolutePath,
    otherwise: "`~/.local/state/awsideman/outbox`, or the platform's place for state",
    variables: [{ name: "AWSIDEMAN_CACHE_OUTBOX_DIR" }],
  }),
  cacheSize: defineSetting({
    name: "cache.max_size_mb",
    summary: "How large it may become, on disk or in memory",
    kind: kinds.megabytes,
    default: 100,
    variables: [{ name: "AWSIDEMAN_CACHE_MAX_SIZE_MB" }],
  }),
  defaultTtl: defineSetting({
    name: "cache.default_ttl",
    summary: "For how many seconds answers are kept",
    kind: kinds.seconds,
    otherwise: "900 for lists, 600 for single things",
    variables: [{ name: "AWSIDEMAN_CACHE_DEFAULT_TTL" }, { name: "AWSIDEMAN_CACHE_TTL_DEFAULT" }],
  }),
  redisUrl: defineSetting({
    name: "cache.redis_url",
    summary: "Where Redis is, for the backend `redis`",
    kind: kinds.redisUrl,
    variables: [{ name: "AWSIDEMAN_CACHE_REDIS_URL" }],
    isSecret: true,
    // A write has to reach what others read, whichever profile it is made by.
    scope: "whole",
  }),
  requireCredentials: defineSetting({
    name: "cache.require_credentials",
    summary: "True: what is in the cache, too, is shown only to who has credentials that are good",
    kind: kinds.boolean,
    default: false,
    variables: [{ name: "AWSIDEMAN_CACHE_REQUIRE_CREDENTIALS" }],
  }),
  encryption: defineSetting({
    name: "cache.encryption",
    summary: "True: nothing is kept without a key",
    kind: kinds.boolean,
    default: false,
    variables: [{ name: "AWSIDEMAN_CACHE_ENCRYPTION" }],
    formerNames: ["cache.encryption_enabled"],
  }),
  encryptionKeyFile: defineSetting({
    name: "cache.encryption_key_file",
    summary: "A file with the key of the cache in it, mode 0600",
    kind: kinds.absolutePath,
    variables: [{ name: "AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE" }],
    group: "key",
  }),
  encryptionKeychain: defineSetting({
    name: "cache.encryption_keychain",
    summary:
      "The account under which the system's keychain has it, of the service `awsideman`; needs `@napi-rs/keyring`",
    kind: kinds.text,
    variables: [{ name: "AWSIDEMAN_CACHE_ENCRYPTION_KEYCHAIN" }],
    group: "key",
  }),
  encryptionKey: defineSetting({
    name: "cache.encryption_key",
    summary: "The key itself: 32 bytes in base64 or hexadecimal",
    kind: kinds.encryptionKey,
    variables: [{ name: "AWSIDEMAN_CACHE_ENCRYPTION_KEY" }],
    group: "key",
    isSecret: true,
  }),
} as const satisfies Readonly<Record<string, Setting>>;

/** The same, as rows. */
export const settingTable: readonly Setting[] = Object.values(settings);
