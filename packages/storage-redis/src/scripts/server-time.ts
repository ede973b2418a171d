/** Where scripts get the time from: what sets `now` to milliseconds, in Lua, and what it needs as the last argument. */
export interface ServerTime {
  readonly lua: string;
  readonly argument?: () => string;
}

/** The clock of the server: the only one that all instances share. */
export const serverTime: ServerTime = {
  lua: `local now = redis.call('TIME')
  now = now[1] * 1000 + math.floor(now[2] / 1000)`,
};
