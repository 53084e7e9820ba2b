// Before every test file: in CI (CI=true) property tests draw the same values each time, so that a red run is a change's
// doing and can be repeated; elsewhere they explore, and print the seed of what they find.
import fc from 'fast-check';

if (process.env.CI) fc.configureGlobal({ seed: 20261121 });
