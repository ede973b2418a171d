import { SharedFiles as FilesOfAws } from "@awsideman/aws-client";
import { CliError } from "../errors/cli-error.ts";
import type { Variables } from "./variables.ts";

/** AWS's shared files, of which one that is there and cannot be read ends the command: it would be somebody else's. */
export class SharedFiles extends FilesOfAws {
  constructor(variables: Variables) {
    super(variables, (path, error) => {
      const { code } = error as NodeJS.ErrnoException;
      throw new CliError(`${path} cannot be read (${code})`, { cause: error });
    });
  }
}
