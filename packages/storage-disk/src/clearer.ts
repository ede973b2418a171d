import type { Invalidation } from "@awsideman/cache-core";
import type { Census } from "./census.ts";
import type { Generation } from "./generation.ts";
import type { InvalidationRecorder } from "./invalidation-recorder.ts";
import type { Maintenance } from "./maintenance.ts";
import type { FullTarget } from "./marks.ts";

/** An invalidation on its way, and the entries as they were before it. */
interface Clearing {
  readonly generation: Generation;
  readonly target: FullTarget;
  readonly census: Census;
}

/** Invalidates, and counts what could have been served until then. */
export class Clearer {
  readonly #recorder: InvalidationRecorder;
  readonly #maintenance: Maintenance;

  constructor(recorder: InvalidationRecorder, maintenance: Maintenance) {
    this.#recorder = recorder;
    this.#maintenance = maintenance;
  }

  async invalidateAndCount(invalidation: Invalidation): Promise<number> {
    let clearing: Clearing | undefined;
    try {
      const at = await this.#recorder.record(invalidation, (generation) => {
        // Of an attempt that came to nothing.
        clearing?.census.close();
        clearing = undefined;
        // That it cannot be counted is no reason not to invalidate.
        this.#maintenance.attempt(() => {
          const target = generation.ledger.resolve(invalidation);
          clearing = { generation, target, census: generation.sweeper.takeCensus(generation.epoch) };
        });
      });
      // Recorded in no generation, or in one that is gone: then so are its entries, uncounted.
      if (clearing === undefined || clearing.generation.epoch !== at.epoch) return 0;
      return await this.#maintenance.count(clearing.census, at.time, clearing.target);
    } finally {
      clearing?.census.close();
    }
  }
}
