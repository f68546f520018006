// force timezone to UTC to allow tests to work regardless of local timezone
// generally used by snapshots, but can affect specific tests
process.env.TZ = 'UTC';

const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils');
const scaffold = require('./.config/jest.config');

const transformer = Object.values(scaffold.transform)[0];

module.exports = {
  // Jest configuration provided by Grafana scaffolding
  ...scaffold,
  // a machine may have much else to do
  testTimeout: 60_000,
  // @grafana/* 13 and what they need are published as ES modules, some of them as .mjs
  transform: { '^.+\\.(m?[jt]sx?)$': transformer },
  transformIgnorePatterns: [
    nodeModulesToTransform([
      ...grafanaESModules,
      'd3-.*',
      'internmap',
      '@grafana/.*',
      'i18next.*',
      'react-i18next',
      '@openfeature/.*',
      'acorn.*',
      '@marcbachmann/cel-js',
      '@react-hookz/.*',
      '@ver0/.*',
    ]),
  ],
};
