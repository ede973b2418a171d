type Crc32 = (data: Uint8Array | string, value?: number) => number;

/**
 * `node:zlib` takes longer to load than a whole read takes, and a command lives for one read. So the first bytes are
 * summed up here, and only a process that goes on pays for the quicker way. The result is the same.
 */
const bytesBeforeLoading = 256 * 1024;

const polynomial = 0xedb88320;

let native: Crc32 | undefined;
let table: Int32Array | undefined;
let bytesSoFar = 0;

/**
 * The CRC-32 of some bytes, or of a text in UTF-8, as `crc32` of `node:zlib` has it.
 * @param value the sum of the bytes before them
 */
export function crc32(data: Uint8Array | string, value = 0): number {
  bytesSoFar += data.length;
  if (native === undefined && bytesSoFar > bytesBeforeLoading)
    native = process.getBuiltinModule("node:zlib").crc32;
  // An empty array may have no memory at all, and then zlib begins anew.
  if (native !== undefined && data.length > 0) return native(data, value);
  return sumUp(typeof data === "string" ? Buffer.from(data) : data, value);
}

function sumUp(data: Uint8Array, value: number): number {
  table ??= makeTable();
  let sum = ~value;
  // By index: in a process that has just begun nothing is compiled yet, and an iterator takes three times as long.
  for (let index = 0; index < data.length; index++)
    sum = (sum >>> 8) ^ (table[(sum ^ (data[index] as number)) & 255] as number);
  return ~sum >>> 0;
}

function makeTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1;
    return sum;
  });
}
