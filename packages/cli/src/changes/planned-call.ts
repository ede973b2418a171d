import {
  tagsForCommand,
  type CommandInput,
  type CommandName,
  type CommandOutput,
  type Service,
} from "@awsideman/aws-client";
import type { IdentityCenter } from "../identity-center/identity-center.ts";
import { mayBeCarriedOut } from "./lost-attempts.ts";
import { UncertainChange } from "./uncertain-change.ts";

/** A call that changes something, before it is made. */
export interface PlannedCall<Answer = unknown> {
  readonly service: Service;
  readonly command: string;
  readonly input: object;
  /** What it makes stale, as far as that is known before its answer. */
  readonly stale: readonly string[];
  /** @throws UncertainChange when AWS may have made it although it has not said so, and AWS's own error when it has not */
  send(center: IdentityCenter): Promise<Answer>;
}

interface PlanOptions {
  /** What the membership joins that is to be deleted. */
  readonly membership?: { readonly GroupId: string; readonly UserId: string };
  /** It is about something that is not there yet, so nothing can be cached of it. */
  readonly ofNew?: boolean;
}

export function plan<S extends Service, Name extends CommandName<S>>(
  service: S,
  command: Name,
  input: CommandInput<S, Name>,
  { membership, ofNew = false }: PlanOptions = {},
): PlannedCall<CommandOutput<S, Name>> {
  return {
    service,
    command: String(command),
    input: input as object,
    stale: ofNew ? [] : tagsForCommand(service, command, input, membership && { membership }),
    send: (center) => call(center, service, command, input),
  };
}

async function call<S extends Service, Name extends CommandName<S>>(
  { identityStore, organizations, ssoAdmin }: IdentityCenter,
  service: S,
  command: Name,
  input: CommandInput<S, Name>,
): Promise<CommandOutput<S, Name>> {
  const services = { identitystore: identityStore, organizations, "sso-admin": ssoAdmin };
  // Which service a command belongs to is checked where the call is planned.
  const caller = services[service] as unknown as {
    call(command: Name, input: CommandInput<S, Name>): Promise<CommandOutput<S, Name>>;
  };
  try {
    return await caller.call(command, input);
  } catch (error) {
    throw mayBeCarriedOut(error) ? new UncertainChange(String(command), error) : error;
  }
}
