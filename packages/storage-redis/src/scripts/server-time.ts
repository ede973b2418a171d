/** Where scripts get the time from, in milliseconds: an expression in Lua, and what it needs as the last argument. */
export interface ServerTime {
  readonly lua: string;
  readonly argument?: () => string;
}

/** The clock of the server: the only one that all instances share. */
export const serverTime: ServerTime = {
  lua: "(function() local t = redis.call('TIME') return t[1] * 1000 + math.floor(t[2] / 1000) end)()",
};
