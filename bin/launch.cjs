// What every launcher shares: finds the built tool, keeps compiled code between runs where Node can, and runs it.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

module.exports = function launch(tool) {
  require('node:module').enableCompileCache?.();
  // A trail makes much garbage and little that stays: collect it early (JSON of 231 MB: 227 MB at its peak, so 175 MB).
  require('node:v8').setFlagsFromString('--heap-growing-percent=30');
  const file = join(__dirname, '..', 'dist', 'cli', `${tool}.js`);
  if (!existsSync(file)) {
    console.error(`Cannot run ${tool}: it is not built. Run \`npm start\` once in ${join(__dirname, '..')}.`);
    process.exit(127);
  }
  import(pathToFileURL(file).href)
    .then((m) => m.main())
    .catch((e) => {
      console.error(e);
      process.exitCode = 70;
    });
};
