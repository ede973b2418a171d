import type { CacheStorage } from "./cache-storage.ts";

/** What a storage may have, or not. */
type Optional = {
  [Name in keyof CacheStorage]-?: undefined extends CacheStorage[Name] ? Name : never;
}[keyof CacheStorage];

/** What a storage in front of another one has if that one has it. */
export type PassedOn<Names extends readonly Optional[]> = Pick<CacheStorage, Names[number]>;

/** Optional methods of a storage, for one in front of it that offers them as they are: what that lacks, this lacks too. */
export function passOn<Names extends readonly Optional[]>(
  storage: CacheStorage,
  names: Names,
): PassedOn<Names> {
  const methods = names.map((name) => [name, storage[name]?.bind(storage)] as const);
  return Object.fromEntries(methods.filter(([, method]) => method !== undefined)) as PassedOn<Names>;
}
