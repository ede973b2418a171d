import { systemClock, type Clock } from "@awsideman/cache-core";

/** Of a look, and of opening a storage. */
const deadlines: readonly number[] = [50, 10_000];

/** Milliseconds: longer than anything takes, however busy the machine. */
export const veryLong = 3_600_000;

/** No deadline of the cache has a part in what is seen, however busy the machine. */
export const patientClock: Clock = {
  ...systemClock,
  after: (milliseconds, action, options) =>
    systemClock.after(deadlines.includes(milliseconds) ? veryLong : milliseconds, action, options),
};
