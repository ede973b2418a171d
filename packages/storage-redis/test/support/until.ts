/** Resolves when it has become true; what goes on in other processes is nothing to be told of. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
