import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OpenApiDocument } from '../../../server/src/api/openapi.js';
import { generatedBy } from './generated-by.js';

const tools = fileURLToPath(new URL('../../../grafana-plugin/tools/', import.meta.url));

/** What `grafana-plugin/pkg/api/types.gen.go` holds. Runs oapi-codegen, of the version in `grafana-plugin/tools/go.mod`. */
export function renderGoTypes(document: OpenApiDocument): string {
  const folder = mkdtempSync(join(tmpdir(), 'why403-go-types-'));
  try {
    const input = join(folder, 'openapi.json');
    writeFileSync(input, JSON.stringify(document));
    const run = spawnSync('go', ['tool', 'oapi-codegen', '-config', 'oapi-codegen.yaml', input], {
      cwd: tools,
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    if (run.status !== 0) throw new Error(`oapi-codegen failed: ${run.error?.message ?? run.stderr}`);
    return run.stdout.replace(
      /^(?:\/\/.*\n)+/m,
      `// ${generatedBy}\n\n// Package api holds the types of the service's answers.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
