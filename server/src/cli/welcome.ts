import type { Command, ExitCode } from './command.js';
import type { Engine } from './engine.js';
import { renderExplanation } from './explain-text.js';
import { readFileChunks } from './input-files.js';
import { createPalette } from './palette.js';

const help = `Explains a bundled sample and says how to explain your own logs.

Usage: why403 welcome

Examples:
  why403 welcome
`;

const ownLogs = `Now your own logs:

  npx why403 explain access.log
  npx why403 explain                # paste lines or a response, then Ctrl-D
  curl -i https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/prod/pets | npx why403 explain
  npx why403 explain --help         # all inputs and options
  npx why403 causes                 # every cause that can be told apart
`;

export function createWelcomeCommand(loadEngine: () => Promise<Engine>, samplePath: string): Command {
  return {
    help,
    options: {},
    async run(_args, host) {
      const { createExplainer, causeCatalogue } = await loadEngine();
      const explainer = createExplainer({});
      if (!explainer.ok) throw new Error('an explainer without options was refused');
      for await (const chunk of readFileChunks(samplePath)) explainer.value.push(chunk);
      const text = renderExplanation(explainer.value.end(), {
        style: host.style,
        causes: causeCatalogue,
      });
      const { bold } = createPalette(host.style.colors);
      await host.writeOut(
        `${bold('why403 says why API Gateway refused a request.')} It has read a bundled sample of several logs:\n${samplePath}\n\n${text}\n${ownLogs}`,
      );
      return 0 satisfies ExitCode;
    },
  };
}
