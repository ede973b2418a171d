import { CacheManager } from "../../cache-manager.ts";
import type { CacheStorage, MaybePromise } from "../../storage/cache-storage.ts";
import type { StorageContext } from "../../storage/storage-factory.ts";
import type { Observations } from "./observations.ts";
import type { Disturbance, Plan } from "./plan.ts";
import { Random } from "./random.ts";
import { type FaultKind, type FaultyCalls, ScheduledStorage } from "./scheduled-storage.ts";
import type { Actor, SimulatedProcess, Simulation } from "./simulation.ts";

/** What a storage under test is opened with: what the cache gives it, and where it shall be. */
export interface ModelContext extends StorageContext {
  /**
   * Names the store, in letters, digits and `-`: a folder, a database, a prefix of keys. Storages that are opened with
   * the same name share what is in it; every run begins with new names.
   */
  readonly store: string;
  /** Waits for a step: for a storage whose insides take time, too. */
  readonly pause: () => Promise<void>;
}

/** How the storages under test are opened. */
export interface ModelStorage {
  /** Opens a storage: once for each process, and where its reach is a process, one for all. The run closes it. */
  readonly open: (context: ModelContext) => MaybePromise<CacheStorage>;
  /** Called after a run, when the storages are closed, with the name of each of their stores. */
  readonly remove?: ((store: string) => MaybePromise<void>) | undefined;
}

type StorageFault = Disturbance & { kind: "storage-fault" };

interface ModelProcess {
  readonly manager: CacheManager;
  readonly process: SimulatedProcess;
  /** Who does what the process does by itself. */
  readonly actor: Actor;
  /** Which of two it uses. */
  store: number;
}

/** The caches of all processes over one place, each with a storage that the simulation has under control. */
export class ModelCaches {
  readonly #storage: ModelStorage;
  readonly #store = `model-${crypto.randomUUID()}`;
  readonly #plan: Plan;
  readonly #simulation: Simulation;
  readonly #observations: Observations;
  readonly #storages: { readonly store: string; readonly storage: CacheStorage }[] = [];
  readonly #processes: ModelProcess[] = [];
  readonly #faults: (StorageFault & { readonly until: number })[] = [];
  #starts = 0;

  constructor(storage: ModelStorage, plan: Plan, simulation: Simulation, observations: Observations) {
    this.#storage = storage;
    this.#plan = plan;
    this.#simulation = simulation;
    this.#observations = observations;
    for (let index = 0; index < plan.processes; index++) this.#processes.push(this.#start(index));
  }

  manager(index: number): CacheManager {
    return this.#at(index).manager;
  }

  process(index: number): SimulatedProcess {
    return this.#at(index).process;
  }

  fail(fault: StorageFault): void {
    const process = fault.process % this.#plan.processes;
    this.#faults.push({ ...fault, process, until: this.#simulation.time + fault.lasts });
  }

  /** Tells a process what to use from now on. Only one that stays alone can be told of what it did in another store. */
  configure({ process, store }: Disturbance & { kind: "configure" }): void {
    const { processes, disturbances } = this.#plan;
    const isAlone = processes === 1 && disturbances.every(({ kind }) => kind !== "kill");
    const model = this.#at(process);
    if (store === "another" && isAlone) model.store = 1 - model.store;
    const config = { store: store === "wrong" ? store : model.store };
    const configuring = this.#simulation.as(model.actor, () =>
      model.manager.configureStorage({ backend: "model", config }),
    );
    configuring.catch((error: unknown) => {
      if (store !== "wrong") throw error;
    });
  }

  /** Ends a process wherever it is, and starts another in its place. */
  kill(index: number): void {
    const place = index % this.#plan.processes;
    this.process(place).alive = false;
    this.#processes[place] = this.#start(place);
  }

  async close(): Promise<void> {
    for (const { storage } of this.#storages) await storage.close();
    for (const store of new Set(this.#storages.map(({ store }) => store)))
      await this.#storage.remove?.(store);
  }

  #at(index: number): ModelProcess {
    return this.#processes[index % this.#plan.processes] as ModelProcess;
  }

  #start(index: number): ModelProcess {
    const simulation = this.#simulation;
    const process: SimulatedProcess = { name: `process ${index}.${++this.#starts}`, alive: true };
    const { clock } = simulation;
    const random = new Random(1 + index);
    const actor: Actor = { name: process.name, random: new Random(0), process };
    const manager = new CacheManager({ clock, random: () => random.next(), storage: { backend: "model" } });
    manager.configureCircuitBreaker({ recoveryTimeout: 30 });
    manager.registerBackend("model", async ({ store = 0 }, context) => {
      if (store === "wrong") throw new TypeError("There is no such store");
      const name = `${this.#store}-${String(store)}`;
      const open = (): Promise<CacheStorage> =>
        this.#open(name, { ...context, clock: simulation.storageClock });
      const storage = await simulation.as(actor, () => simulation.call(open));
      return new ScheduledStorage({
        storage,
        simulation,
        process,
        atOnce: this.#plan.atOnce,
        fault: (calls) => this.#faultOf(index, calls),
        onRecorded: (recorded) => this.#observations.recorded(recorded),
      });
    });
    return { manager, process, actor, store: 0 };
  }

  #faultOf(process: number, calls: FaultyCalls): FaultKind | undefined {
    const isMeant = (fault: StorageFault & { readonly until: number }): boolean =>
      fault.process === process &&
      (fault.on === "calls" || fault.on === calls) &&
      fault.until > this.#simulation.time;
    return this.#faults.findLast(isMeant)?.fault;
  }

  async #open(store: string, context: StorageContext): Promise<CacheStorage> {
    const first = this.#storages.find((opened) => opened.store === store)?.storage;
    if (first?.capabilities.reach === "process") return first;
    const pause = (): Promise<void> => this.#simulation.pause();
    const storage = await this.#storage.open({ ...context, store, pause });
    this.#storages.push({ store, storage });
    return storage;
  }
}
