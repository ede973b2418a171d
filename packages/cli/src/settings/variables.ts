/** The environment. An empty variable counts as not set. */
export type Variables = Readonly<Record<string, string | undefined>>;
