import { randomBytes } from "node:crypto";
import { readEnvironment, readKeyFile, type EncryptionConfiguration } from "@awsideman/cache-core";
import { describeHealth } from "../../cache-status/health.ts";
import type { CommandContext } from "../../command-context.ts";
import { countKeys, withNewKey, withoutOldKeys } from "../../encryption/key-file-text.ts";
import { CliError, usageError } from "../../errors/cli-error.ts";
import { replaceFile, statusOfFile } from "../../files/replace-file.ts";
import { plural } from "../../output/quantity.ts";
import { fields, lines } from "../../output/view.ts";

export interface EncryptionInput {
  readonly action: "status" | "rotate";
  readonly dropOld: boolean;
  readonly dryRun: boolean;
}

/** Tells whether the cache is encrypted, and with what; or puts a new key in front of those in the key file. */
export async function manageEncryption(
  context: CommandContext,
  { action, dropOld, dryRun }: EncryptionInput,
): Promise<void> {
  if (action === "rotate") return rotate(context, dropOld, dryRun);
  if (dropOld || dryRun) throw usageError("--drop-old and --dry-run go with rotate");
  return showStatus(context);
}

async function showStatus(context: CommandContext): Promise<void> {
  const configuration = encryptionOf(context);
  const { backend, encrypted, manager } = await context.cache();
  const source = describeSource(configuration);
  const file = configuration && "keyFile" in configuration ? configuration.keyFile : undefined;
  const keys = file === undefined ? undefined : countKeys(await readKeys(file), file);
  const health = await manager.healthCheck();
  context.show({ encrypted, backend, keyFrom: source, keys, ...health }, () =>
    fields([
      ["Encryption", encrypted ? "on" : "off"],
      ["Key", source],
      ["Keys", keys === undefined ? undefined : `${keys}, the first is in use`],
      ["Health", describeHealth(health)],
    ]),
  );
}

/** New values are encrypted with the new key; what is there stays readable with the old one, which has to stay some days. */
async function rotate(context: CommandContext, dropOld: boolean, dryRun: boolean): Promise<void> {
  const configuration = encryptionOf(context);
  if (configuration === undefined || !("keyFile" in configuration)) {
    throw usageError(
      configuration === undefined
        ? "the cache is not encrypted"
        : `the key is not in a file, but in ${describeSource(configuration)}`,
      configuration === undefined
        ? "make a key file, and name it by AWSIDEMAN_CACHE_ENCRYPTION_KEY_FILE or cache.encryption_key_file"
        : "put a new key in front of it, with a space between; `openssl rand -base64 32` makes one",
    );
  }
  const { keyFile: file } = configuration;
  const status = statusOfFile(file);
  const before = await readKeys(file);
  const after = dropOld ? withoutOldKeys(before, file) : withNewKey(before, file, randomBytes);
  const dropped = dropOld ? countKeys(before, file) - 1 : 0;
  const keys = countKeys(after, file);
  if (dropOld && dropped === 0) throw usageError(`${file} has no old key`, "there is nothing to drop");
  if (!dryRun) replace(file, after, status);
  const would = dryRun ? "would have" : "has";
  context.show({ keyFile: file, keys, dropped, dryRun }, () =>
    lines(
      dropOld
        ? `${file} ${would} lost ${plural(dropped, "old key")}.\n`
        : `${file} ${would} a new key in front of ${plural(keys - 1, "old one")}. Drop what is old when every process has read it: "awsideman cache encryption rotate --drop-old".\n`,
    ),
  );
}

function encryptionOf({ settings }: CommandContext): EncryptionConfiguration | undefined {
  return readEnvironment(settings.variables).storage.encryption;
}

function describeSource(configuration: EncryptionConfiguration | undefined): string | undefined {
  if (configuration === undefined) return undefined;
  if ("keyFile" in configuration) return configuration.keyFile;
  if ("keychain" in configuration) return `the keychain, account ${configuration.keychain.account}`;
  return "AWSIDEMAN_CACHE_ENCRYPTION_KEY";
}

function replace(file: string, text: string, status: ReturnType<typeof statusOfFile>): void {
  let isReplaced: boolean;
  try {
    isReplaced = replaceFile(file, text, status);
  } catch (error) {
    throw new CliError(`${file} cannot be replaced: ${(error as Error).message}`, { cause: error });
  }
  if (!isReplaced) throw new CliError(`${file} was changed meanwhile`, { advice: "try again" });
}

async function readKeys(file: string): Promise<string> {
  try {
    return await readKeyFile(file);
  } catch (error) {
    throw new CliError((error as Error).message, { cause: error });
  }
}
