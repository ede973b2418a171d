import type { Role } from "./scenario.ts";

/** The instances of a fleet: what each of them is, and whether it writes. */
export const members: readonly { readonly role: Role; readonly writes: boolean }[] = [
  { role: "far", writes: true },
  { role: "far", writes: true },
  { role: "bounded", writes: true },
  { role: "bounded", writes: true },
  { role: "bounded", writes: false },
  { role: "strict", writes: true },
];
