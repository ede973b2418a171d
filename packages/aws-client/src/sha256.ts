/** Few keys need a hash, and `node:crypto` takes as long to load as a cached answer takes to read. */
export function sha256(text: string): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", text, "base64url");
}
