import type { Command } from 'commander';
import { type Call, EXIT } from './call.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { type CompletionModel, completionModel } from './completion-model.ts';
import { zshScript } from './completion-zsh.ts';

const SCRIPTS: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Writes the script that teaches a shell this command line. */
export async function printCompletion({ args, stdout }: Call<unknown>, program: Command): Promise<number> {
  const [shell = ''] = args;
  await stdout.write(SCRIPTS[shell]?.(completionModel(program)) ?? '');
  return EXIT.done;
}
