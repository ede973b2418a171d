import {
  instanceReads,
  organizationReads,
  polls,
  requestOf,
  storeReads,
  type Generator,
  type Table,
} from "./read-table.ts";
import type { Request } from "./messages.ts";
import type { World } from "./world.ts";
import { instanceWrites, organizationWrites, storeWrites } from "./write-table.ts";

const shares = { writes: 0.07, polls: 0.09, pages: 0.14 };
/** What of each kind is asked or changed most in a phase, and how much of all that is. */
const focusOf = { reads: 8, writes: 5, share: 0.75 };
/** How many pages that somebody has just read are known. */
const knownPages = 8;

interface Choice {
  readonly service: Request["service"];
  readonly command: string;
  readonly generate: Generator;
}

const reads = [
  ...choices("identitystore", storeReads),
  ...choices("sso-admin", instanceReads),
  ...choices("organizations", organizationReads),
];
const writes = [
  ...choices("identitystore", storeWrites),
  ...choices("sso-admin", instanceWrites),
  ...choices("organizations", organizationWrites),
];
const polling = choices("sso-admin", polls);

/** Chooses what is sent, at random, from what there is at the moment. */
export class RequestSource {
  readonly #world: World;
  readonly #random: () => number;
  readonly #fixed: readonly string[] | undefined;
  readonly #pages: Request[] = [];
  #focus: readonly string[];

  /** @param focus the only commands that are sent. Default: all, and most of what is sent are a few */
  constructor(world: World, random: () => number, focus: readonly string[] | undefined) {
    this.#world = world;
    this.#random = random;
    this.#fixed = focus;
    this.#focus = focus ?? [];
  }

  /** Sends mostly others from now on, where nobody has said which. */
  refocus(): void {
    const drawn = (from: readonly Choice[], count: number): string[] =>
      Array.from({ length: count }, () => this.#oneOf(from).command);
    this.#focus = this.#fixed ?? [...drawn(reads, focusOf.reads), ...drawn(writes, focusOf.writes)];
  }

  /** Undefined when there is nothing to send at the moment. */
  next(): { readonly kind: "read" | "write"; readonly request: Request } | undefined {
    let share = this.#random();
    if ((share -= shares.writes) < 0) return told("write", this.#draw(writes));
    if ((share -= shares.polls) < 0) return told("read", this.#draw(polling));
    const page =
      share < shares.pages ? this.#pages[Math.floor(this.#random() * this.#pages.length)] : undefined;
    return told("read", page ?? this.#draw(reads));
  }

  /** Questions about everything, twice each. */
  questions(): Request[] {
    return [...reads, ...reads].flatMap((choice) => this.#generate(choice) ?? []);
  }

  /** Somebody has read a page of a list, and there is one after it. */
  remember(request: Request, token: string): void {
    this.#pages.unshift({ ...request, input: { ...request.input, NextToken: token } });
    this.#pages.splice(knownPages);
  }

  #draw(from: readonly Choice[]): Request | undefined {
    const focused = from.filter(({ command }) => this.#focus.includes(command));
    const share = this.#fixed === undefined ? focusOf.share : 1;
    const isFocused = focused.length > 0 && this.#random() < share;
    return this.#generate(this.#oneOf(isFocused ? focused : from));
  }

  #generate({ service, command, generate }: Choice): Request | undefined {
    return requestOf(service, command, generate(this.#world), this.#world);
  }

  #oneOf<Value>(from: readonly Value[]): Value {
    return from[Math.floor(this.#random() * from.length)] as Value;
  }
}

function choices(service: Request["service"], table: Table): Choice[] {
  return Object.entries(table).map(([command, generate]) => ({ service, command, generate }));
}

function told<Kind extends string>(
  kind: Kind,
  request: Request | undefined,
): { readonly kind: Kind; readonly request: Request } | undefined {
  return request === undefined ? undefined : { kind, request };
}
