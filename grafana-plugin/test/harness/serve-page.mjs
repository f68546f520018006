import { createServer, request as httpRequest } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const plugin = fileURLToPath(new URL('../../', import.meta.url));
const roots = {
  '/dist/': join(plugin, 'dist/'),
  // where @grafana/ui looks for its icons
  '/public/build/img/icons/': join(plugin, 'node_modules/@grafana/ui/dist/public/img/icons/'),
};
const types = { '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.css': 'text/css' };

const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Why403 plugin</title><link rel="icon" href="data:,">
<script>
window.__grafana_public_path__ = '/public/';
window.grafanaBootData = { settings: { featureToggles: {}, buildInfo: { version: '13.2.2' } }, user: {}, navTree: [] };
</script>
<style>
body { margin: 0 }
/* Grafana's fonts come with Grafana and are in none of its packages: those of this machine, or the next font of the list */
@font-face { font-family: Inter; font-weight: 400; src: local('Inter'), local('Inter Regular') }
@font-face { font-family: Inter; font-weight: 500; src: local('Inter Medium') }
@font-face { font-family: 'Roboto Mono'; src: local('Roboto Mono') }
</style>
<link rel="stylesheet" href="/page.css"></head>
<body><div id="root"></div><script src="/page.js"></script></body></html>`;

/**
 * All of @grafana/* as CommonJS. Its ES modules end in .mjs, for which bundlers follow Node's rule that the default export of a
 * CommonJS package is the whole package; components that are imported that way would be no components.
 */
const grafanaAsCommonJs = {
  name: 'grafana-as-commonjs',
  setup(build) {
    build.onResolve({ filter: /^@grafana\// }, ({ path, resolveDir, pluginData }) =>
      pluginData === grafanaAsCommonJs
        ? undefined
        : build.resolve(path, { kind: 'require-call', resolveDir, pluginData: grafanaAsCommonJs })
    );
  },
};

/** The page as one script: real React, real @grafana packages, and what stands in for Grafana. */
async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(plugin, 'test/harness/page/main.tsx')],
    outdir: join(plugin, 'test-results'),
    entryNames: 'page',
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
    plugins: [grafanaAsCommonJs],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.woff': 'empty', '.woff2': 'empty', '.ttf': 'empty' },
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/page${extname(path)}`, contents]));
}

/**
 * Serves the page, the built plugin and Grafana's icons; hands /api to the plugin host.
 * @param {string} host Address of the plugin host.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function servePage(host) {
  const page = await bundle();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    if (pathname.startsWith('/api/')) {
      forward(host, request, response);
      return;
    }
    if (pathname.startsWith('/public/fonts/')) {
      // see the page's style
      response.writeHead(204).end();
      return;
    }
    const content = pathname === '/' ? html : (page.get(pathname) ?? (await fileOf(pathname)));
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': pathname === '/' ? 'text/html' : (types[extname(pathname)] ?? 'application/octet-stream'),
    });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function fileOf(pathname) {
  const prefix = Object.keys(roots).find((candidate) => pathname.startsWith(candidate));
  const relative = prefix === undefined ? '' : normalize(decodeURIComponent(pathname.slice(prefix.length)));
  if (prefix === undefined || relative.startsWith('..')) {
    return undefined;
  }
  // some icons come with Grafana and are in none of its packages
  const missing = prefix.includes('/icons/') ? '<svg xmlns="http://www.w3.org/2000/svg"/>' : undefined;
  return readFile(join(roots[prefix], relative)).catch(() => missing);
}

function forward(host, request, response) {
  const upstream = httpRequest(
    new URL(request.url, host),
    { method: request.method, headers: { ...request.headers, host: new URL(host).host } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    }
  );
  upstream.on('error', (error) => {
    response.writeHead(502, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: `The plugin host did not answer: ${error.message}` }));
  });
  request.pipe(upstream);
}
