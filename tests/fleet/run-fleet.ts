import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkHistory,
  loadHistory,
  sharedNow,
  type HistoryEvent,
  type HistoryReport,
} from "@awsideman/cache-core/testing";
import { SourceOfTruth } from "../laws/source-of-truth.ts";
import { commonFaults } from "./faults.ts";
import { Fleet } from "./fleet.ts";
import { Member } from "./member.ts";
import { members } from "./members.ts";
import { Route } from "./route.ts";
import { maxStaleness } from "./scenario.ts";
import { schedule } from "./schedule.ts";
import type { Topology } from "./topology.ts";

export interface FleetOptions {
  readonly seed: number;
  /** The faults that happen. Default: all that can happen to these servers. */
  readonly faults?: readonly string[] | undefined;
  /** The instances that they happen to, where they happen to one. Default: all. */
  readonly victims?: readonly number[] | undefined;
  /** For how many milliseconds faults go on. Default: until each of them has happened once. */
  readonly milliseconds?: number | undefined;
  /** A guard to be taken out of the code that runs, see `mutants`. */
  readonly mutant?: string | undefined;
  /** Ends all of it. */
  readonly signal: AbortSignal;
}

export interface FleetReport extends HistoryReport {
  /** What callers were thrown. */
  readonly errors: readonly string[];
  /** What has happened, in order. */
  readonly faults: readonly string[];
  /** How many reads were behind what others had done, by more than so many milliseconds. */
  readonly behind: Readonly<Record<number, number>>;
}

const itemCount = 40;

/** Where Node keeps what it has compiled: many processes are started, and run the same. */
const compileCache = join(tmpdir(), "node-compile-cache");

/** How often every instance must be served by its cache before the next fault. */
const calm = 20;

/** Runs a fleet on these servers while faults happen, and checks what all of its processes saw. */
export async function runFleet(topology: Topology, options: FleetOptions): Promise<FleetReport> {
  const { seed, mutant, milliseconds, signal } = options;
  const folder = mkdtempSync(join(tmpdir(), "awsideman-fleet-"));
  const { namespace } = topology;
  await (await topology.owner()).command("FLUSHALL");
  const fleet = new Fleet(await makeMembers(topology, { folder, namespace, seed, mutant }), signal);
  const happened: string[] = [];
  try {
    for (const member of fleet.members) member.start();
    const faults = { ...commonFaults, ...topology.faults };
    const names = options.faults ?? Object.keys(faults);
    const end = sharedNow() + (milliseconds ?? 0);
    for (const { fault, victim, writes } of schedule(seed, names, options.victims ?? [...members.keys()])) {
      if (milliseconds === undefined ? happened.length === names.length : sharedNow() > end) break;
      await fleet.works(calm);
      happened.push(fault);
      const stage = { topology, fleet, namespace, victim: fleet.members[victim] as Member };
      const over = await faults[fault]?.(stage);
      await fleet.writes(writes);
      await over?.();
    }
    await fleet.works(calm);
    await fleet.stop();
    const events = fleet.members.flatMap(({ histories }) => histories.flatMap(loadHistory));
    const report = checkHistory(events, { maxStaleness: boundOf });
    return { ...report, errors: fleet.errors, faults: happened, behind: measureBehind(events) };
  } catch (cause) {
    throw new Error(`The fleet has failed after: ${happened.join("; ")}`, { cause });
  } finally {
    await fleet.kill();
    await Promise.all(fleet.members.map(({ route }) => route.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeMembers(
  topology: Topology,
  {
    folder,
    namespace,
    seed,
    mutant,
  }: Pick<FleetOptions, "seed" | "mutant"> & { readonly folder: string; readonly namespace: string },
): Promise<Member[]> {
  const truth = join(folder, "truth");
  mkdirSync(truth);
  const source = new SourceOfTruth(truth, 0, sharedNow, Math.random);
  const items = Array.from({ length: itemCount }, (_, index) => `i${index}`);
  for (const item of items) source.create(item);
  const writers = members.filter(({ writes }) => writes);
  const hook = mutant === undefined ? [] : ["--import", new URL("mutate.ts", import.meta.url).href];
  return Promise.all(
    members.map(async (member, index) => {
      const route = await Route.to(topology.servers);
      const turn = writers.indexOf(member);
      return new Member({
        name: `${member.role}-${index}`,
        route,
        folder,
        hook,
        env: { ...process.env, AWSIDEMAN_MUTANT: mutant, NODE_COMPILE_CACHE: compileCache },
        scenario: {
          role: member.role,
          place: topology.place(route),
          namespace,
          outbox: join(folder, `outbox-${index}`),
          items,
          own: items.filter((_, item) => item % writers.length === turn),
          readers: 3,
          truth,
          seed: seed * 1_000 + index,
        },
      });
    }),
  );
}

/** How far a process may be behind what others have done. */
function boundOf(process: string): number {
  return process.startsWith("bounded") ? maxStaleness : 0;
}

function measureBehind(events: readonly HistoryEvent[]): Readonly<Record<number, number>> {
  const measured = [0, 10, 50, 100, maxStaleness].map((bound): [number, number] => {
    const { violations } = checkHistory(events, { maxStaleness: bound });
    return [bound, new Set(violations.map(({ read }) => read)).size];
  });
  return Object.fromEntries(measured);
}
