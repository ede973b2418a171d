import { bound } from "../late-storage.ts";
import { good, openMemory, type Fault } from "./fault.ts";

/** What may be wrong with moments that are shared. */
export const momentFaults: readonly Fault[] = [
  {
    fault: "moves a moment on however far ahead it is",
    check: "moments: it stays where it is when it is further ahead than is allowed",
    spoil: (storage) => ({
      advance: (name, step) => storage.advance?.(name, { ...step, ahead: Infinity }),
    }),
  },
  {
    fault: "saves up all the time that has passed",
    check: "moments: it falls behind as time passes, and no further than is asked for",
    spoil: (storage) => ({
      advance: (name, step) => storage.advance?.(name, { ...step, behind: 1_000_000 }),
    }),
  },
  {
    fault: "has one moment for all names",
    check: "moments: another name is another moment, whatever is in it",
    spoil: (storage) => ({ advance: (_, step) => storage.advance?.("m", step) }),
  },
  {
    fault: "gives each handle a moment of its own",
    check: "moments: everybody on the store moves the same one, also at the same time",
    options: {
      ...good,
      capabilities: { ...good.capabilities, reach: "machine" },
      open: (context) => ({
        ...bound(openMemory(context)),
        capabilities: { ...good.capabilities, reach: "machine" },
      }),
    },
    spoil: () => ({}),
  },
];
