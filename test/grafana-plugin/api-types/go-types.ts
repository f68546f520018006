import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OpenApiDocument } from '../../../server/src/api/openapi.js';
import { generatedBy } from './generated-by.js';

const tools = fileURLToPath(new URL('../../../grafana-plugin/tools/', import.meta.url));

/** What `grafana-plugin/pkg/api/types.gen.go` holds. Runs oapi-codegen, of the version in `grafana-plugin/tools/go.mod`. */
export async function renderGoTypes(document: OpenApiDocument): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'why403-go-types-'));
  try {
    const input = join(folder, 'openapi.json');
    writeFileSync(input, JSON.stringify(document));
    // Not synchronously: on a new machine it is fetched and compiled first, for minutes.
    const { stdout } = await promisify(execFile)(
      'go',
      ['tool', 'oapi-codegen', '-config', 'oapi-codegen.yaml', input],
      {
        cwd: tools,
        maxBuffer: 16 * 1024 * 1024,
      },
    );
    return stdout.replace(
      /^(?:\/\/.*\n)+/m,
      `// ${generatedBy}\n\n// Package api holds the types of the service's answers.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
