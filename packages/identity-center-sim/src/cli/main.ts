import type { IdentityCenterSim } from "../identity-center-sim.ts";
import { startIdentityCenterSim } from "../start-identity-center-sim.ts";
import { helpText, parseArguments, type Command } from "./parse-arguments.ts";

/** What the command talks to. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Calls back when the user interrupts; returns what ends that. */
  readonly onInterrupt: (interrupted: () => void) => () => void;
}

const exitCodes = { done: 0, failed: 1, usage: 2 } as const;

/**
 * The shell command: starts a simulator, says where it is, and plays until it is interrupted or shut down.
 * @returns the exit code: 2 for a command line that makes no sense, 1 if it could not start
 */
export async function main(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  let command: Command;
  try {
    command = parseArguments(args);
  } catch (error) {
    terminal.printError(complaint(error));
    return exitCodes.usage;
  }
  if (command.kind === "help") {
    terminal.print(helpText);
    return exitCodes.done;
  }

  let sim: IdentityCenterSim;
  try {
    sim = await startIdentityCenterSim(command.options);
  } catch (error) {
    terminal.printError(complaint(error));
    // Numbers that make no sense together; whatever else goes wrong is not the command line's fault.
    return error instanceof RangeError ? exitCodes.usage : exitCodes.failed;
  }

  const forget = terminal.onInterrupt(() => void sim.close());
  terminal.print(command.json ? `${JSON.stringify(infoOf(sim))}\n` : greeting(sim));
  await sim.closed;
  forget();
  return exitCodes.done;
}

function infoOf(sim: IdentityCenterSim): object {
  const { endpoint, region, instanceArn, identityStoreId, accountIds, environment } = sim;
  return { endpoint, region, instanceArn, identityStoreId, accountIds, environment };
}

function greeting(sim: IdentityCenterSim): string {
  const { users, groups, permissionSets, assignments } = sim.state.sizes();
  const exports = Object.entries(sim.environment).map(([name, value]) => `${name}=${value}`);
  return `endpoint           ${sim.endpoint}
instance ARN       ${sim.instanceArn}
identity store     ${sim.identityStoreId}
accounts           ${sim.accountIds.join(" ")}
population         ${users} users, ${groups} groups, ${permissionSets} permission sets, ${assignments} assignments
counted calls      ${sim.endpoint}/_sim/calls

export ${exports.join(" ")}
`;
}

function complaint(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `identity-center-sim: ${message.split("\n")[0]}\n`;
}

const processTerminal: Terminal = {
  print: (text) => {
    process.stdout.write(text);
  },
  printError: (text) => {
    process.stderr.write(text);
  },
  onInterrupt: (interrupted) => {
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", interrupted);
    return () => {
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", interrupted);
    };
  },
};
