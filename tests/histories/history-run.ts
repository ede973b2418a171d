import { sharedNow } from "@awsideman/cache-core/testing";
import type { IdentityCenterSim } from "@awsideman/identity-center-sim";
import { schedule } from "../fleet/schedule.ts";
import { pause } from "../laws/pause.ts";
import { seededRandom } from "../laws/random.ts";
import { AnswerChecker, type WrongAnswer } from "./answer-checker.ts";
import type { Client } from "./client.ts";
import type { Explanations } from "./explanations.ts";
import { inWords, type HistoryOptions, type HistoryReport } from "./history-report.ts";
import type { Outcome, Request } from "./messages.ts";
import { beginPhase, phases, settle } from "./phases.ts";
import { RequestSource } from "./request-source.ts";
import { UncachedClients } from "./uncached-clients.ts";
import { World } from "./world.ts";

/** How many requests each process makes at once. */
const workers = 4;

/** Something that was sent to a process. */
interface Sent {
  readonly client: Client;
  readonly command: string;
  readonly begin: number;
}

/** One run: what is sent, what happens meanwhile, and what is thought of the answers. */
export class HistoryRun {
  readonly #sim: IdentityCenterSim;
  readonly #clients: readonly Client[];
  readonly #explanations: Explanations;
  readonly #options: HistoryOptions;
  readonly #random: () => number;
  readonly #source: RequestSource;
  readonly #checker: AnswerChecker;
  /** What has not been answered. */
  readonly #underWay = new Set<Sent>();
  readonly #wrong: WrongAnswer[] = [];
  readonly #unexplained: string[] = [];
  readonly #happened: string[] = [];
  readonly #succeeded: Record<string, number> = {};
  /** When servers disagreed for the last time. */
  #looseUntil = 0;
  #reads = 0;
  #cached = 0;
  #writes = 0;
  #explained = 0;
  #isOver = false;
  #wrote: () => void = () => {};

  constructor(
    sim: IdentityCenterSim,
    clients: readonly Client[],
    explanations: Explanations,
    timeOf: (time: number) => number,
    options: HistoryOptions,
  ) {
    this.#sim = sim;
    this.#clients = clients;
    this.#explanations = explanations;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#source = new RequestSource(new World(sim, this.#random), this.#random, options.focus);
    this.#checker = new AnswerChecker(sim.history, timeOf);
  }

  async run(): Promise<HistoryReport> {
    await Promise.all(this.#clients.map((client) => client.start()));
    const judging = setInterval(() => this.#judge(), 100);
    try {
      const working = this.#clients.flatMap((client, index) =>
        Array.from({ length: workers }, () => this.#work(client, `p${index}`)),
      );
      await Promise.race([this.#happen(), ...working]);
      this.#isOver = true;
      await Promise.all(working);
      if (this.#wrong.length === 0) await this.#compare();
    } finally {
      this.#isOver = true;
      clearInterval(judging);
    }
    this.#judge();
    await Promise.all(this.#clients.map((client) => client.stop()));
    return this.#report();
  }

  /** One phase after the other. */
  async #happen(): Promise<void> {
    const { seed, milliseconds, phases: names = Object.keys(phases) } = this.#options;
    const end = sharedNow() + (milliseconds ?? 0);
    for (const { fault: name, victim, writes: count } of schedule(seed, names, [...this.#clients.keys()])) {
      const isEnough =
        milliseconds === undefined ? this.#happened.length === names.length : sharedNow() > end;
      if (isEnough || this.#isOver) return;
      const phase = phases[name];
      if (phase === undefined) throw new Error(`There is no phase ${name}`);
      this.#happened.push(name);
      this.#source.refocus();
      if (this.#looseUntil === Infinity) this.#looseUntil = sharedNow();
      if (phase.freshReads !== undefined) this.#looseUntil = Infinity;
      beginPhase(this.#sim, phase);
      await this.#written(count / 4);
      if (phase.kills) {
        await this.#clients[victim]?.kill();
        await this.#clients[victim]?.start();
      }
      await this.#written(count / 4);
    }
  }

  /** Asks and changes, until it is over. */
  async #work(client: Client, process: string): Promise<void> {
    while (!this.#isOver) {
      const next = this.#source.next();
      if (next?.kind === "write") await this.#write(client, next.request);
      else if (next !== undefined) await this.#read(client, process, next.request);
      await pause(this.#random() * 6);
      if (client.failure !== undefined) throw client.failure;
    }
  }

  async #read(client: Client, process: string, request: Request): Promise<Outcome | undefined> {
    const others = [...this.#underWay].filter(
      (sent) => sent.client === client && sent.command === request.command,
    );
    const since = Math.min(sharedNow(), ...others.map(({ begin }) => begin));
    const outcome = await this.#send(client, request);
    if (outcome === undefined) return undefined;
    this.#reads++;
    if (outcome.cached) this.#cached++;
    if (outcome.nextToken !== undefined) this.#source.remember(request, outcome.nextToken);
    this.#checker.add({ process, request, outcome, since, isLoose: this.#looseUntil >= since });
    return outcome;
  }

  async #write(client: Client, request: Request): Promise<void> {
    const outcome = await this.#send(client, request);
    this.#writes++;
    this.#wrote();
    if (outcome?.error === undefined) return;
    if (this.#explanations.ofWrite(request.command, outcome)) this.#explained++;
    else this.#unexplained.push(`${request.command} ${JSON.stringify(request.input)}: ${outcome.answer}`);
  }

  async #send(client: Client, request: Request): Promise<Outcome | undefined> {
    const sent = { client, command: request.command, begin: sharedNow() };
    this.#underWay.add(sent);
    const outcome = await client.send(request);
    this.#underWay.delete(sent);
    const command = `${request.service} ${request.command}`;
    if (outcome !== undefined && outcome.error === undefined)
      this.#succeeded[command] = (this.#succeeded[command] ?? 0) + 1;
    return outcome;
  }

  #judge(): void {
    const until = Math.min(sharedNow(), ...[...this.#underWay].map(({ begin }) => begin));
    for (const wrong of this.#checker.judge(until)) {
      const { request, outcome, since } = wrong.read;
      if (outcome.error !== undefined && this.#explanations.ofRead(request.command, outcome, since))
        this.#explained++;
      else this.#wrong.push(wrong);
    }
    if (this.#wrong.length > 0 && this.#options.mutant !== undefined) {
      this.#isOver = true;
      this.#wrote();
    }
  }

  #written(count: number): Promise<void> {
    const goal = this.#writes + count;
    return new Promise((resolve) => {
      this.#wrote = () => {
        if (this.#writes >= goal || this.#isOver) resolve();
      };
      this.#wrote();
    });
  }

  /** When everything has come to rest, every process is answered as one without a cache is. */
  async #compare(): Promise<void> {
    this.#sim.faults.clear();
    await pause(this.#sim.settings.propagationLag + settle);
    const uncached = new UncachedClients(this.#sim);
    for (const request of this.#source.questions()) {
      const truth = await uncached.answer(request);
      for (const [index, client] of this.#clients.entries()) {
        const process = `p${index}`;
        const outcome = await this.#read(client, process, request);
        if (outcome === undefined || outcome.answer === truth) continue;
        this.#wrong.push({
          read: { process, request, outcome, since: outcome.begin, isLoose: false },
          atBegin: truth,
          atEnd: truth,
        });
      }
    }
    uncached.destroy();
  }

  #report(): HistoryReport {
    const events: Record<string, number> = {};
    for (const client of this.#clients) {
      for (const [type, count] of Object.entries(client.events)) events[type] = (events[type] ?? 0) + count;
    }
    return {
      seed: this.#options.seed,
      wrong: this.#wrong.map(inWords),
      unexplained: this.#unexplained,
      reads: this.#reads,
      cached: this.#cached,
      writes: this.#writes,
      explained: this.#explained,
      phases: this.#happened,
      succeeded: this.#succeeded,
      events,
    };
  }
}
