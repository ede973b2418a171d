import { DescribeUserCommand, IdentitystoreClient, UpdateUserCommand } from "@aws-sdk/client-identitystore";
import { createCachedClient } from "@awsideman/aws-client";
import { configureStorage, getCacheManager } from "@awsideman/cache-core";

// In memory without this line. On disk, every process on the machine shares it.
await configureStorage({ backend: "disk", config: { maxSizeMb: 250 } });

const cache = getCacheManager();
const client = createCachedClient(new IdentitystoreClient({}), { cache });

const user = { IdentityStoreId: process.env["IDENTITY_STORE_ID"], UserId: process.env["USER_ID"] };
await client.send(new DescribeUserCommand(user)); // from AWS
await client.send(new DescribeUserCommand(user)); // from the cache, in microseconds

const Operations = [{ AttributePath: "displayName", AttributeValue: "Ada Lovelace" }];
await client.send(new UpdateUserCommand({ ...user, Operations })); // invalidates what it changes, and nothing else
const { DisplayName } = await client.send(new DescribeUserCommand(user)); // "Ada Lovelace", in every process
console.log(DisplayName, (await cache.getStats()).hits);
await cache.close();
