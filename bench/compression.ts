import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from "node:zlib";
import { decodeValue, encodeValue } from "../packages/cache-core/src/codec/stored-form.ts";
import { median, type Row } from "./contest.ts";

const levels = [1, 3, 6];
const rounds = 15;

/** What compressing saves and costs, by what the value is and how large it is, on this thread and off it. */
export async function compression(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, value] of samples()) {
    const form = encodeValue(value, true);
    const decode = await timed(() => decodeValue(form));
    const add = (what: string, microseconds: number): void => {
      const ratio = microseconds / decode;
      rows.push({ name: `${name}: ${what}`, median: microseconds, unit: "us", ratio });
    };
    add(`decode ${form.length} B`, decode);
    for (const level of levels) {
      const params = { [constants.ZSTD_c_compressionLevel]: level };
      const small = zstdCompressSync(form, { params });
      const saved = `${small.length} B (-${Math.round(100 * (1 - small.length / form.length))} %)`;
      add(`zstd ${level} to ${saved}`, await timed(() => zstdCompressSync(form, { params })));
      if (level !== 3) continue;
      add("zstd 3, in the threadpool", await timed(() => compressLater(form, { params })));
      add("back", await timed(() => zstdDecompressSync(small)));
      add("back, in the threadpool", await timed(() => decompressLater(small)));
    }
  }
  return rows;
}

const compressLater = promisify(zstdCompress);
const decompressLater = promisify(zstdDecompress);

async function timed(action: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begin = process.hrtime.bigint();
    await action();
    times.push(Number(process.hrtime.bigint() - begin) / 1_000);
  }
  return median(times);
}

function samples(): readonly (readonly [string, unknown])[] {
  return [
    ...[1, 2, 4, 8, 16, 100, 1_000, 10_000].map((count) => [`users, ${count}`, users(count)] as const),
    ...[1, 4, 16, 64].map((count) => [`policy, ${count} statements`, policy(count)] as const),
  ];
}

/** Identifiers are random, as they are in truth: they are what does not become smaller. */
function users(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => ({
    IdentityStoreId: "d-9067642ac7",
    UserId: `906764${index.toString(16).padStart(4, "0")}-${randomUUID()}`,
    UserName: `${given[index % given.length]}.${family[(index * 7) % family.length]}${index}@example.com`,
    Name: { GivenName: given[index % given.length], FamilyName: family[(index * 7) % family.length] },
    DisplayName: `${given[index % given.length]} ${family[(index * 7) % family.length]}`,
    Emails: [{ Value: `${given[index % given.length]}${index}@example.com`, Type: "work", Primary: true }],
    UserStatus: "ENABLED",
  }));
}

/** A permission set's inline policy, which is text. */
function policy(count: number): object {
  const Statement = Array.from({ length: count }, (_, index) => ({
    Sid: `Statement${index}`,
    Effect: index % 5 === 0 ? "Deny" : "Allow",
    Action: [`${services[index % services.length]}:Get*`, `${services[(index * 3) % services.length]}:List*`],
    Resource: `arn:aws:${services[index % services.length]}:eu-west-1:${111122223333 + index}:${randomUUID()}/*`,
    Condition: { StringEquals: { "aws:PrincipalTag/team": family[index % family.length] } },
  }));
  return {
    PermissionSetArn: `arn:aws:sso:::permissionSet/ssoins-7223/ps-${randomUUID()}`,
    InlinePolicy: JSON.stringify({ Version: "2012-10-17", Statement }),
  };
}

const given = ["Ada", "Grace", "Barbara", "Radia", "Frances", "Katherine", "Chloe", "Ursula", "Mei", "Noor"];
const family = [
  "Lovelace",
  "Hopper",
  "Liskov",
  "Perlman",
  "Allen",
  "Johnson",
  "Dubois",
  "Franklin",
  "Okafor",
];
const services = ["s3", "ec2", "dynamodb", "lambda", "iam", "cloudwatch", "kms", "sns", "sqs"];
