import type { CommandContext } from "../../command-context.ts";
import { accessOfPrincipal } from "../../identity-center/access.ts";
import { listAssignmentsOfPrincipal } from "../../identity-center/assignments.ts";
import type { IdentityCenter } from "../../identity-center/identity-center.ts";
import {
  findPrincipal,
  nameOfPrincipals,
  noSuchPrincipal,
  type Principal,
  type PrincipalType,
} from "../../identity-center/principals.ts";
import { isResourceId } from "../../identity-center/resource-id.ts";
import { table } from "../../output/view.ts";
import { untilInterrupted } from "../../until-interrupted.ts";
import { sortedBy } from "../../sorted-by.ts";
import { nameOfPermissionSet, through, withNames } from "./named-access.ts";

export interface ReviewPrincipalInput {
  readonly principal: string;
  readonly principalType: PrincipalType | undefined;
}

export async function reviewPrincipal(context: CommandContext, input: ReviewPrincipalInput): Promise<void> {
  const center = await context.identityCenter();
  const principal = await findReviewed(center, input);
  const access = await accessOfPrincipal(center, principal, (work) => {
    context.note("AWS tells only the management account what one principal has: all assignments are read");
    return untilInterrupted(context, work);
  });
  const [all, nameOf] = await Promise.all([
    withNames(context, center, access),
    nameOfPrincipals(center, [principal]),
  ]);
  const named = sortedBy(all, (one) => [one.AccountId, nameOfPermissionSet(one), one.GroupName]);
  const name = nameOf(principal);
  // Of one that is deleted AWS knows nothing but what is left.
  if (name === undefined && named.length === 0) throw noSuchPrincipal(input.principal, input.principalType);
  if (name === undefined) {
    context.note(`the ${principal.PrincipalType.toLowerCase()} ${principal.PrincipalId} is deleted`);
  }
  context.show({ ...principal, PrincipalName: name, Access: named }, () =>
    table(
      ["Account", "Account Name", "Permission Set", "Through"],
      named.map((one) => [one.AccountId, one.AccountName, nameOfPermissionSet(one), through(one)]),
    ),
  );
}

/** Also one that is deleted, as long as AWS keeps what it was given. */
async function findReviewed(
  center: IdentityCenter,
  { principal: text, principalType }: ReviewPrincipalInput,
): Promise<Principal> {
  try {
    return await findPrincipal(center, text, principalType);
  } catch (error) {
    if (!isResourceId(text)) throw error;
    for (const PrincipalType of ["USER", "GROUP"] as const) {
      const principal = { PrincipalId: text, PrincipalType };
      const left = await listAssignmentsOfPrincipal(center, principal).catch(() => []);
      if (left.length > 0) return principal;
    }
    throw error;
  }
}
