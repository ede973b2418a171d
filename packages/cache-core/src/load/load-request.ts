import type { Answer, Load, LoadOptions } from "../cache.ts";
import type { Part } from "./load-scope.ts";

/** One call of get-or-load. */
export interface LoadRequest<Value> {
  readonly id: string;
  readonly key: string;
  /** The namespace's prefix of tags. */
  readonly prefix: string;
  readonly load: Load<Value>;
  readonly options: LoadOptions<Value>;
}

/** `part` is what it brings into the load around it, unless that has been told already. */
export type Served<Value> = Answer<Value> & { readonly part?: Part };
