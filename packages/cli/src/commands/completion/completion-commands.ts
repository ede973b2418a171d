import { defineCommand, type Command } from "../../command-line/command.ts";
import { shells, type Shell } from "../../completion/shells.ts";

const howToUse: Readonly<Record<Shell, string>> = {
  bash: 'Into ~/.bashrc: "source <(awsideman completion bash)".',
  zsh: 'Into ~/.zshrc, after compinit: "source <(awsideman completion zsh)".',
  fish: 'Into ~/.config/fish/config.fish: "awsideman completion fish | source".',
};

export const completionCommands: readonly Command[] = shells.map((shell) =>
  defineCommand({
    name: `completion ${shell}`,
    summary: `Print what completes commands, options and names in ${shell}`,
    example: "",
    details: [howToUse[shell], "Names are those in the cache, and of profiles: AWS is not asked for them."],
    load: async () => {
      const { printScript } = await import("./print-script.ts");
      return (context) => printScript(context, { shell });
    },
  }),
);
