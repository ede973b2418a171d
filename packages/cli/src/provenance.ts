import { cacheMetadata, type CachedService, type Service } from "@awsideman/aws-client";
import { formatDuration, plural } from "./output/quantity.ts";

/** Where what a command was answered has come from. */
export class Provenance {
  /** Milliseconds since AWS was asked for the oldest of the answers that it was not asked for now. */
  #oldest: number | undefined;
  #calls = 0;

  /** The same service, whose answers count. */
  watch<S extends Service>(service: CachedService<S>): CachedService<S> {
    return {
      ...service,
      call: async (...asked) => {
        try {
          return this.#note(await service.call(...asked));
        } catch (error) {
          throw this.#note(error);
        }
      },
      paginate: (...asked) => this.#watchPages(service.paginate(...asked)),
    };
  }

  /** One line; undefined where nothing was asked. */
  tell(): string | undefined {
    const calls = plural(this.#calls, "call to AWS", "calls to AWS");
    if (this.#oldest !== undefined) return `from the cache, ${formatDuration(this.#oldest)} old; ${calls}`;
    return this.#calls === 0 ? undefined : `from AWS; ${calls}`;
  }

  async *#watchPages<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    try {
      for await (const page of pages) yield this.#note(page);
    } catch (error) {
      throw this.#note(error);
    }
  }

  /** An error is an answer, too: that there is no such thing. */
  #note<Answer>(answer: Answer): Answer {
    const { $metadata } = (answer ?? {}) as { readonly $metadata?: { readonly attempts?: number } };
    if ($metadata === undefined) return answer;
    const kept = cacheMetadata({ $metadata });
    if (kept === undefined) this.#calls += $metadata.attempts ?? 1;
    else this.#oldest = Math.max(this.#oldest ?? 0, kept.age);
    return answer;
  }
}
