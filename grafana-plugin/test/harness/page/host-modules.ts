import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import i18next from 'i18next';
import lodash from 'lodash';
import * as React from 'react';
import * as ReactDom from 'react-dom';
import * as jsxRuntime from 'react/jsx-runtime';
import * as rxjs from 'rxjs';

/** What Grafana hands to a plugin's `module.js` when it asks for it. */
const shared: Readonly<Record<string, unknown>> = {
  '@emotion/css': emotionCss,
  '@emotion/react': emotionReact,
  '@grafana/data': grafanaData,
  '@grafana/runtime': grafanaRuntime,
  '@grafana/ui': grafanaUi,
  i18next,
  lodash,
  react: React,
  'react-dom': ReactDom,
  'react/jsx-runtime': jsxRuntime,
  rxjs,
};

type Factory = (...modules: unknown[]) => unknown;

/** Loads an AMD module as Grafana does. A module that Grafana would not have is an error, as it would be there. */
export function loadPlugin<T>(url: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const define = (names: string[], factory: Factory) => {
      try {
        const modules = names.map((name) => {
          if (name === 'module') {
            return { id: url, uri: url };
          }
          if (!(name in shared)) {
            throw new Error(`module.js asks for ${name}, which Grafana does not share with plugins`);
          }
          return shared[name];
        });
        resolve(factory(...modules) as T);
      } catch (error) {
        reject(error);
      }
    };
    Object.assign(window, { define: Object.assign(define, { amd: {} }) });
    const script = document.createElement('script');
    script.src = url;
    script.onerror = () => reject(new Error(`${url} could not be loaded`));
    document.head.append(script);
  });
}
