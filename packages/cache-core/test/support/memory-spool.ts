import type { Invalidation, InvalidationSpool, Spooled, SpoolFactory } from "@awsideman/cache-core";

type Operation = keyof InvalidationSpool;

/** The spools of a machine without a disk, for many processes: whoever opens the same place gets the same. */
export class MemorySpools {
  /** What was called, in order. */
  readonly calls: Operation[] = [];
  /** What is called now fails with this. */
  failure: Error | undefined;
  /** What is called now never answers. */
  hangs = false;
  readonly #spools = new Map<string, MemorySpool>();

  readonly open: SpoolFactory = (place) => this.of(place);

  of({
    identity,
    directory = "",
  }: {
    readonly identity: string;
    readonly directory?: string | undefined;
  }): MemorySpool {
    const name = `${directory} ${identity}`;
    const spool = this.#spools.get(name) ?? new MemorySpool(this);
    this.#spools.set(name, spool);
    return spool;
  }
}

export class MemorySpool implements InvalidationSpool {
  readonly files = new Map<string, Spooled>();
  readonly aside: string[] = [];
  readonly #spools: MemorySpools;
  #count = 0;

  constructor(spools: MemorySpools) {
    this.#spools = spools;
  }

  /** The tags of what is kept. */
  get tags(): (string | undefined)[] {
    return [...this.files.values()].map(({ invalidation }) =>
      invalidation?.everything ? "everything" : invalidation?.tags[0],
    );
  }

  /** Puts in what nobody can read. */
  damage(name: string, keptAt: number): void {
    this.files.set(name, { name, keptAt, invalidation: undefined, problem: "it is damaged" });
  }

  async add(invalidation: Invalidation, now: number): Promise<string> {
    await this.#begin("add");
    const name = `file ${this.#count++}`;
    this.files.set(name, { name, keptAt: now, invalidation });
    return name;
  }

  async list(): Promise<readonly Spooled[]> {
    await this.#begin("list");
    return [...this.files.values()];
  }

  async remove(name: string): Promise<void> {
    await this.#begin("remove");
    this.files.delete(name);
  }

  async setAside(name: string): Promise<void> {
    await this.#begin("setAside");
    if (this.files.delete(name)) this.aside.push(name);
  }

  async #begin(operation: Operation): Promise<void> {
    const { calls, failure, hangs } = this.#spools;
    calls.push(operation);
    if (hangs) await new Promise(() => undefined);
    if (failure) throw failure;
  }
}
