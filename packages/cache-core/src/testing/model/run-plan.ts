import type { Violation } from "../check-history.ts";
import { ModelCaches, type ModelStorage } from "./model-cache.ts";
import { Observations } from "./observations.ts";
import { perform } from "./operations.ts";
import type { Performance } from "./performance.ts";
import type { Action, Disturbance, Operation, Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { Simulation } from "./simulation.ts";
import { Source, SourceFailure } from "./source.ts";

export interface RunReport {
  readonly violations: readonly Violation[];
  readonly reads: number;
  /** Reads of something that had been loaded before they began. */
  readonly cached: number;
  readonly invalidations: number;
  /** What broke the promise to be never in the way: errors that are not the source's, calls that never ended. */
  readonly nuisances: readonly string[];
  /** All that happened, where that was asked for. */
  readonly trace: readonly string[];
}

/** Milliseconds after the last operation at which everybody reads everything once more. */
const sweeps = [60, 250, 900];

/** Milliseconds after which no call may be under way any more: that is what giving space back may take. */
const patience = 70_000;

/** Runs a plan from beginning to end on a new store, and checks the laws. The same plan gives the same run. */
export async function runPlan(
  plan: Plan,
  storage: ModelStorage,
  { tells = false }: { readonly tells?: boolean } = {},
): Promise<RunReport> {
  const simulation = new Simulation({ tells });
  const source = new Source(simulation, plan.lag);
  const observations = new Observations(source, plan.ttl);
  const caches = new ModelCaches(storage, plan, simulation, observations);
  const world = { plan, simulation, source, observations, caches };
  try {
    const actors = actorsOf(plan).map((operations, index) => new ModelActor(world, index, operations));
    for (const actor of actors) actor.start();
    for (const disturbance of plan.disturbances) {
      simulation.schedule(disturbance.at, () => disturb(world, disturbance, actors));
    }
    await simulation.run(lastMoment(plan) + Math.max(...sweeps) + patience);
    const nuisances = actors.flatMap((actor) => actor.nuisances);
    const { counts, invalidations } = observations;
    const violations = observations.check();
    // What comes after the first violation explains nothing.
    const end = Math.min(Infinity, ...violations.map(({ read }) => read.end));
    const trace = simulation.trace.filter(({ at }) => at <= end).map(({ text }) => text);
    return { violations, ...counts, invalidations, nuisances, trace };
  } finally {
    await caches.close();
  }
}

interface World {
  readonly plan: Plan;
  readonly simulation: Simulation;
  readonly source: Source;
  readonly observations: Observations;
  readonly caches: ModelCaches;
}

/** Does one thing after the other. When its process is killed, it goes on with the next in the new one. */
class ModelActor {
  readonly #world: World;
  readonly #index: number;
  readonly #operations: Operation[];
  readonly #failures: string[] = [];
  #doing: string | undefined;

  constructor(world: World, index: number, operations: readonly Operation[]) {
    this.#world = world;
    this.#index = index;
    this.#operations = operations.toSorted((a, b) => a.at - b.at);
  }

  get nuisances(): readonly string[] {
    return this.#doing === undefined ? this.#failures : [...this.#failures, `never ended: ${this.#doing}`];
  }

  isIn(process: number): boolean {
    return this.#index % this.#world.plan.processes === process % this.#world.plan.processes;
  }

  /** Begins with what is next, in the process that is there now. */
  start(): void {
    this.#doing = undefined;
    const operation = this.#operations.shift();
    if (operation === undefined) return;
    const { simulation, caches } = this.#world;
    const process = caches.process(this.#index);
    const actor = { name: `actor ${this.#index}`, random: new Random(operation.seed), process };
    simulation.as(actor, () =>
      simulation.schedule(Math.max(0, operation.at - simulation.time), () => {
        this.#doing = JSON.stringify(operation.action);
        void this.#perform(operation.action).then(() => process.alive && this.start());
      }),
    );
  }

  async #perform(action: Action): Promise<void> {
    try {
      await perform(this.#part(), action);
    } catch (error) {
      if (error instanceof SourceFailure) return;
      this.#failures.push(`${JSON.stringify(action)} failed: ${String(error)}`);
    }
  }

  #part(): Performance {
    const { caches, simulation, source, observations, plan } = this.#world;
    const caller = (this.#index >> 1) % plan.callers === 0 ? "" : "another";
    return {
      cache: caches.manager(this.#index).withScope({ caller }),
      process: caches.process(this.#index),
      elsewhere: () => {
        const other = simulation.random.between(0, plan.processes - 1);
        return { cache: caches.manager(other), process: caches.process(other).name };
      },
      simulation,
      source,
      observations,
      plan,
    };
  }
}

function disturb(
  { simulation, source, observations, caches }: World,
  disturbance: Disturbance,
  actors: readonly ModelActor[],
): void {
  simulation.tell(`!! ${JSON.stringify(disturbance)}`);
  switch (disturbance.kind) {
    case "storage-fault":
      caches.fail(disturbance);
      break;
    case "source-down":
      source.fail(disturbance.key, disturbance.lasts);
      break;
    case "clock-jump":
      observations.jumped(simulation.moment(), disturbance.by);
      simulation.jump(disturbance.by);
      break;
    case "configure":
      caches.configure(disturbance);
      break;
    case "kill":
      caches.kill(disturbance.process);
      for (const actor of actors) if (actor.isIn(disturbance.process)) actor.start();
      break;
  }
}

/** The operations of each actor; besides, two for each process that read everything when all is quiet. */
function actorsOf(plan: Plan): readonly (readonly Operation[])[] {
  const actors: Operation[][] = [[], [], [], []];
  for (const operation of plan.operations) actors[operation.actor]?.push(operation);
  const last = lastMoment(plan);
  const read = { kind: "read", slow: 0, giveUp: 0 } as const;
  for (let index = 0; index < plan.processes; index++) {
    const actor = actors.length;
    actors.push(
      sweeps.flatMap((sweep) =>
        keysOf(plan).map((key): Operation => ({
          actor,
          at: last + sweep,
          seed: 0,
          action: { ...read, key },
        })),
      ),
    );
  }
  return actors;
}

function keysOf({ operations }: Plan): readonly string[] {
  const named = operations.flatMap(({ action }) => {
    if ("keys" in action) return action.keys;
    return "key" in action ? [action.key] : [];
  });
  return [...new Set(named)];
}

function lastMoment({ operations, disturbances }: Plan): number {
  return Math.max(0, ...operations.map(({ at }) => at), ...disturbances.map(({ at }) => at));
}
