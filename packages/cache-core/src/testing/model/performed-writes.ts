import type { WriteWindow } from "../../cache.ts";
import { type Item, nameOf, targetsOfChange } from "./catalogue.ts";
import { type Performance, times } from "./performance.ts";
import type { Action } from "./plan.ts";
import { Random } from "./random.ts";

/** Does what invalidates, and notes what may be relied on afterwards. */
export async function invalidate(
  { process, simulation, observations }: Performance,
  names: readonly string[],
  settle: number,
  action: () => Promise<unknown>,
): Promise<void> {
  const begin = simulation.moment();
  simulation.tell(`invalidates ${names.join(" ")}${settle > 0 ? `, settling for ${settle}` : ""}`);
  await action();
  simulation.tell(`has invalidated ${names.join(" ")}`);
  observations.called({ process: process.name, names, begin, end: simulation.moment(), settle });
}

/** Sends a request, which arrives whatever becomes of the sender. Resolves when it was applied. */
function send({ simulation, source }: Performance, item: Item, delay: number): Promise<void> {
  return new Promise((resolve) => {
    simulation.as({ name: "the source", random: new Random(0), process: undefined }, () =>
      simulation.schedule(delay, () => {
        source.change(item);
        resolve();
      }),
    );
  });
}

/** The source has accepted the request and goes on by itself; somebody, somewhere, sees it end. */
async function writeAsynchronously(part: Performance, item: Item, window: WriteWindow): Promise<void> {
  const { process, simulation } = part;
  const names = targetsOfChange[item].map(nameOf);
  const operation = `operation-${simulation.moment()}`;
  await simulation.step();
  const handOver = (): Promise<void> => window.handOver(operation, times.asynchronousLease);
  await invalidate(part, names, 0, handOver);
  await send(part, item, simulation.random.between(0, times.asynchronousWork));
  await simulation.step();
  const { cache, process: name } = part.elsewhere();
  const settle = (): Promise<void> => cache.settle(operation, times.settle);
  // Another process knows only the name of the operation: what that is about, the ledger knows if it was recorded.
  await (name === process.name ? invalidate(part, names, times.settle, settle) : settle());
}

/** Changes the source within a write window. */
export async function write(
  part: Performance,
  { item, outcome, pause }: Action & { kind: "write" },
): Promise<void> {
  const { cache, simulation } = part;
  const targets = targetsOfChange[item];
  const names = targets.map(nameOf);
  let marked = simulation.time;
  let opened: WriteWindow | undefined;
  await invalidate(part, names, 0, async () => (opened = await cache.beginWrite(targets, times.lease)));
  const window = opened as WriteWindow;
  const close = (settle: number): Promise<void> =>
    invalidate(part, names, settle, () => window.close(settle));
  await simulation.step(pause);
  if (simulation.time - marked > times.renewAfter) {
    marked = simulation.time;
    await invalidate(part, names, 0, () => window.renew());
  }
  // A mark that may be about to run out is no protection: then nothing is sent.
  if (outcome === "failed" || simulation.time - marked > times.renewAfter) return close(times.settle);
  switch (outcome) {
    case "answered":
      await send(part, item, simulation.random.between(0, times.appliedWithin));
      await simulation.step();
      return close(times.settle);
    case "unknown":
      void send(part, item, simulation.random.between(0, times.appliedWithin));
      await simulation.step();
      return close(times.unknownSettle);
    case "abandoned":
      void send(part, item, simulation.random.between(0, times.appliedWithin));
      return;
    case "asynchronous":
      return writeAsynchronously(part, item, window);
  }
}
