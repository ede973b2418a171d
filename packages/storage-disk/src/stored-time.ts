/** Stands for never. Larger than every time, and still exact as a number. */
const never = 9e15;

/** Rounded down: an entry expires, and a load began, rather too early than too late. */
export function toStoredTime(time: number): number {
  return time >= never ? never : Math.floor(time);
}

export function fromStoredTime(time: number): number {
  return time >= never ? Infinity : time;
}
