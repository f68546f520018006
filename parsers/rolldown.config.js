// One file for Node and browsers: loading a hundred small modules takes longer than explaining a line.
export default {
  input: 'dist/index.js',
  platform: 'neutral',
  output: { file: 'dist/engine.js', format: 'esm', sourcemap: true },
};
