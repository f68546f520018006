import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const plugin = fileURLToPath(new URL('../../', import.meta.url));

export const docsPictures = join(plugin, '../docs/grafana/pictures/');
/** What Grafana's page of the plugin shows, as plugin.json names it. */
const screenshots = ['panels-dark.png', 'query-event-dark.png'];

/** Pictures of screens have few colours: a palette of them is a third of the size. */
export function finishDocsPictures() {
  const pictures = readdirSync(docsPictures)
    .filter((name) => name.endsWith('.png'))
    .map((name) => join(docsPictures, name));
  const args = ['--force', '--ext', '.png', '--speed', '1', '--strip', '--nofs', '128', ...pictures];
  const { status, stderr, error } = spawnSync('pngquant', args, { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`pngquant makes pictures small and must be installed: ${error?.message ?? stderr}`);
  }
  for (const name of screenshots) {
    copyFileSync(join(docsPictures, name), join(plugin, 'src/img', name));
  }
}
