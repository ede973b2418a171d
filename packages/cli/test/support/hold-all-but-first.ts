import type { IdentityCenterSim } from "@awsideman/identity-center-sim";

/** Calls that wait: something of a work is done then, and the rest is not, for as long as it takes to look at that. */
export interface HeldRest extends Disposable {
  release(): void;
}

/** Lets those calls of an operation through that come first, one at least, and holds all others. */
export function holdAllButFirst({ faults }: IdentityCenterSim, operation: string): HeldRest {
  const first = faults.hold({ operation });
  let rest: HeldRest | undefined;
  let isReleased = false;
  void first.reached.then(() => {
    if (!isReleased) rest = faults.hold({ operation });
    first.release();
  });
  const release = (): void => {
    isReleased = true;
    first.release();
    rest?.release();
  };
  return { release, [Symbol.dispose]: release };
}
