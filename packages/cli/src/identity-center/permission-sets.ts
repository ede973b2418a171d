import type { CommandOutput } from "@awsideman/aws-client";
import { notFoundError } from "../errors/cli-error.ts";
import type { Attributes } from "../filters.ts";
import { askingAws } from "./asking-aws.ts";
import type { IdentityCenter } from "./identity-center.ts";
import { mapBounded } from "./map-bounded.ts";
import { orUndefined } from "./not-found.ts";

export type PermissionSet = NonNullable<CommandOutput<"sso-admin", "DescribePermissionSet">["PermissionSet"]>;

/** What people filter permission sets by. */
export const permissionSetAttributes: Attributes<PermissionSet> = {
  Name: ({ Name }) => [Name],
  Description: ({ Description }) => [Description],
  SessionDuration: ({ SessionDuration }) => [SessionDuration],
  PermissionSetArn: ({ PermissionSetArn }) => [PermissionSetArn],
};

/** All permission sets, in AWS's order. AWS lists only their ARNs, so each one is a call of its own. */
export async function listPermissionSets(center: IdentityCenter): Promise<readonly PermissionSet[]> {
  return describePermissionSets(center, await listArns(center));
}

async function listArns({ ssoAdmin, instance }: IdentityCenter): Promise<readonly string[]> {
  const { InstanceArn } = await instance();
  const arns: string[] = [];
  for await (const page of ssoAdmin.paginate("ListPermissionSets", { InstanceArn })) {
    arns.push(...(page.PermissionSets ?? []));
  }
  return arns;
}

/** Those of the ARNs that are still there. */
export async function describePermissionSets(
  center: IdentityCenter,
  arns: readonly string[],
): Promise<readonly PermissionSet[]> {
  let done = 0;
  const described = await mapBounded(arns, async (arn) => {
    const permissionSet = await describePermissionSet(center, arn);
    center.report({ what: "permission sets", done: ++done, total: arns.length });
    return permissionSet;
  });
  return described.filter((permissionSet) => permissionSet !== undefined);
}

/** @returns undefined for one that is not there, or not any more */
export async function describePermissionSet(
  { ssoAdmin, instance }: IdentityCenter,
  PermissionSetArn: string,
): Promise<PermissionSet | undefined> {
  const { InstanceArn } = await instance();
  return (await orUndefined(ssoAdmin.call("DescribePermissionSet", { InstanceArn, PermissionSetArn })))
    ?.PermissionSet;
}

/**
 * Finds a permission set from what people type: its ARN, the `ps-` part of it, or its name. AWS has no look-up by name,
 * so a name means to go through all of them.
 * @throws CliError when there is no such permission set
 */
export async function findPermissionSet(center: IdentityCenter, text: string): Promise<PermissionSet> {
  const arn = await asArn(center, text);
  if (arn === undefined) return chooseByName(await listPermissionSets(center), text);
  const found = await describePermissionSet(center, arn);
  if (found === undefined) throw noSuchPermissionSet(text);
  return found;
}

/** The same, where the ARN is enough: nothing is asked when it was typed. */
export async function findPermissionSetArn(center: IdentityCenter, text: string): Promise<string> {
  return (await asArn(center, text)) ?? ((await findPermissionSet(center, text)).PermissionSetArn as string);
}

/**
 * Finds a permission set that is to be changed, as AWS has it now.
 * @throws CliError when there is no such permission set
 */
export async function findCurrentPermissionSet(center: IdentityCenter, text: string): Promise<PermissionSet> {
  const arn = await findCurrentPermissionSetArn(center, text);
  const found = await describePermissionSet(askingAws(center), arn);
  if (found === undefined) throw noSuchPermissionSet(text);
  return found;
}

/**
 * The same, where the ARN is enough. AWS is asked which there are; what an ARN is called may come from the cache, since a
 * permission set keeps its name for life.
 */
export async function findCurrentPermissionSetArn(center: IdentityCenter, text: string): Promise<string> {
  const arn = await asArn(center, text);
  if (arn !== undefined) return arn;
  const permissionSets = await describePermissionSets(center, await listArns(askingAws(center)));
  return (await chooseByName(permissionSets, text)).PermissionSetArn as string;
}

async function chooseByName(all: readonly PermissionSet[], name: string): Promise<PermissionSet> {
  const found = all.find(({ Name }) => Name === name);
  if (found !== undefined) return found;
  const { didYouMean } = await import("../command-line/closest.ts");
  const names = all.flatMap(({ Name }) => Name ?? []);
  throw noSuchPermissionSet(name, didYouMean(name, names, listAdvice));
}

const listAdvice = '"awsideman permission-set list" shows them';

function noSuchPermissionSet(text: string, advice: string = listAdvice): Error {
  return notFoundError(`there is no permission set "${text}"`, advice);
}

async function asArn({ instance }: IdentityCenter, text: string): Promise<string | undefined> {
  if (/^arn:[^:]+:sso:::permissionSet\//.test(text)) return text;
  if (!/^ps-[0-9a-f]{16}$/.test(text)) return undefined;
  const { InstanceArn } = await instance();
  return `${InstanceArn.replace(":instance/", ":permissionSet/")}/${text}`;
}
