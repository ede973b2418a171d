import { pageFields, permissionSetArn, type PageInput } from "../input/common-fields.ts";
import { list, optional, text, type Fields } from "../input/field.ts";
import { paginate } from "../pagination.ts";
import { conflict } from "../service-error.ts";
import type { PermissionSetRecord, Tag } from "../store/records.ts";
import { timestamp, type Members, type OperationTable } from "./operation.ts";
import {
  instanceRead,
  instanceWrite,
  permissionSetChange,
  permissionSetRead,
  requirePermissionSet,
} from "./sso-admin.ts";
import { requireTags, tag } from "./tags.ts";

interface PermissionSetAttributes {
  readonly Description?: string | undefined;
  readonly SessionDuration?: string | undefined;
  readonly RelayState?: string | undefined;
}

interface CreatePermissionSetInput extends PermissionSetAttributes {
  readonly Name: string;
  readonly Tags?: readonly Tag[] | undefined;
}

/** What the service takes when nothing is said. */
const defaultSessionDuration = "PT1H";

const attributeFields: Fields<PermissionSetAttributes> = {
  Description: optional(text({ maximum: 700 })),
  SessionDuration: optional(
    text({
      maximum: 100,
      pattern: /^P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/,
    }),
  ),
  RelayState: optional(text({ maximum: 240 })),
};

const createFields: Fields<CreatePermissionSetInput> = {
  ...attributeFields,
  Name: text({ maximum: 32, pattern: /^[\w+=,.@-]+$/ }),
  Tags: optional(list(tag, { maximum: 50 })),
};

export const permissionSetOperations: OperationTable = {
  CreatePermissionSet: instanceWrite(createFields, (state, input, context) => {
    const [taken] = state.permissionSets.find("name", input.Name);
    if (taken !== undefined) {
      throw conflict(`PermissionSet with name ${input.Name} already exists.`);
    }
    const permissionSet: PermissionSetRecord = {
      permissionSetArn: context.newPermissionSetArn(),
      name: input.Name,
      description: input.Description,
      sessionDuration: input.SessionDuration ?? defaultSessionDuration,
      relayState: input.RelayState,
      createdAt: context.now,
      revision: 1,
      inlinePolicy: "",
      managedPolicies: [],
      customerManagedPolicies: [],
      permissionsBoundary: undefined,
    };
    state.put("permissionSets", permissionSet.permissionSetArn, permissionSet);
    const tags = requireTags(input.Tags ?? []);
    if (tags.length > 0) {
      const resourceArn = permissionSet.permissionSetArn;
      state.put("tags", resourceArn, { resourceArn, tags });
    }
    return { PermissionSet: describePermissionSet(permissionSet) };
  }),

  UpdatePermissionSet: permissionSetChange(attributeFields, (permissionSet, input) => ({
    ...permissionSet,
    description: input.Description ?? permissionSet.description,
    sessionDuration: input.SessionDuration ?? permissionSet.sessionDuration,
    relayState: input.RelayState ?? permissionSet.relayState,
  })),

  DeletePermissionSet: instanceWrite({ PermissionSetArn: permissionSetArn }, (state, input) => {
    const permissionSet = requirePermissionSet(state, input.PermissionSetArn);
    const [assigned] = state.assignments.find("permissionSet", permissionSet.permissionSetArn);
    const [provisioned] = state.provisionings.find("permissionSet", permissionSet.permissionSetArn);
    if (assigned !== undefined || provisioned !== undefined) {
      throw conflict(`Could not delete because PermissionSet ${permissionSet.name} has account assignments.`);
    }
    state.remove("permissionSets", permissionSet.permissionSetArn);
    state.remove("tags", permissionSet.permissionSetArn);
    return {};
  }),

  DescribePermissionSet: permissionSetRead({}, (permissionSet) => ({
    PermissionSet: describePermissionSet(permissionSet),
  })),

  ListPermissionSets: instanceRead<PageInput>(pageFields, (tables, input, context) => {
    const page = paginate(input, context, (after) => tables.permissionSets.rowsAfter(after));
    return {
      PermissionSets: page.items.map((permissionSet) => permissionSet.permissionSetArn),
      NextToken: page.nextToken,
    };
  }),
};

function describePermissionSet(permissionSet: PermissionSetRecord): Members {
  return {
    Name: permissionSet.name,
    PermissionSetArn: permissionSet.permissionSetArn,
    Description: permissionSet.description,
    CreatedDate: timestamp(permissionSet.createdAt),
    SessionDuration: permissionSet.sessionDuration,
    RelayState: permissionSet.relayState,
  };
}
