// What every launcher shares: finds the built tool and runs it. It keeps no compiled code between runs: Node's cache is a
// folder in /tmp that is anybody's, and what lies there would run as root. It would save 0 to 10 ms of 40 to 80.
const { closeSync, existsSync, fstatSync, openSync, writeSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

module.exports = function launch(tool) {
  // A trail makes much garbage and little that stays: collect it early (JSON of 231 MB: 227 MB at its peak, so 175 MB).
  require('node:v8').setFlagsFromString('--heap-growing-percent=30');
  process.on('exit', passOverHangup);
  tellForNode();
  const file = join(__dirname, '..', 'dist', 'cli', `${tool}.js`);
  if (!existsSync(file)) {
    tell(`Cannot run ${tool}: it is not built. Run \`npm start\` once in ${join(__dirname, '..')}.`);
    process.exit(127);
  }
  import(pathToFileURL(file).href)
    .then((m) => m.main())
    .catch((e) => {
      tell(inspect(e));
      process.exitCode = 70;
    });
};

/** What Node would say itself (a fault of ours, a warning) may hold text of others: it is told without what a terminal obeys. */
function tellForNode() {
  process.on('uncaughtException', (e) => {
    tell(inspect(e));
    process.exit(70);
  });
  if (process.listenerCount('warning') === 0) return; // --no-warnings
  process.removeAllListeners('warning');
  process.on('warning', (w) => tell(`(node:${process.pid}) ${process.traceProcessWarnings ? inspect(w) : w}`));
}

/** To standard error: letters, digits, signs, spaces, newlines as they are, all else as a number. */
function tell(text) {
  const unsafe = /[^\n \p{L}\p{N}\p{P}\p{S}]|\p{Default_Ignorable_Code_Point}/gu;
  const safe = text.replace(unsafe, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
  try {
    writeSync(2, `${safe}\n`);
  } catch {
    // standard error is closed, or its reader is away
  }
}

const inspect = (e) => require('node:util').inspect(e);

const NULL = 259; // the device number of /dev/null, 1:3

/**
 * At its end Node gives each terminal its settings back, and aborts (SIGABRT, a core file) when it has been hung up: the
 * window was closed, the connection cut. A descriptor that is no terminal is passed over.
 */
function passOverHangup() {
  for (const fd of [0, 1, 2]) {
    try {
      const stat = fstatSync(fd);
      if (!stat.isCharacterDevice() || stat.rdev === NULL || require('node:tty').isatty(fd)) continue;
      closeSync(fd);
      openSync('/dev/null', 'r+'); // takes the lowest free number: that one
    } catch {
      // it was closed before
    }
  }
}
