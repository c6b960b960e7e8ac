// The pages of stance in a real browser: no request, no error, no script; keyboard, filter and screen reader; whatever
// markup comes from outside stays text. Screenshots go to target/browser/.
//
//   node tests/browser/run.mjs [--binary target/debug/stance] [--images]
//
// --images makes docs/images/article.png and docs/images/evaluation.png again. Needs Node 20, Chromium of the
// distribution, and on the first run a network for `npm ci`.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostilePages, ordinaryPages } from './make.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');

function give_up(message) {
  console.error(message);
  process.exit(1);
}

function binary() {
  const given = process.argv.indexOf('--binary');
  if (given > 0) return resolve(process.argv[given + 1] ?? '');
  const built = ['release', 'debug'].map((profile) => join(root, 'target', profile, 'stance')).find(existsSync);
  return built ?? give_up('no stance in target/release or target/debug: run `cargo build --release`');
}

const chromium_path = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(chromium_path)) {
  give_up(`no ${chromium_path}: install it with \`apt-get install chromium\`, or name another in CHROMIUM`);
}
if (!existsSync(join(here, 'node_modules', 'playwright-core'))) {
  console.log('installing playwright-core and axe-core with `npm ci`');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: here, stdio: 'inherit' });
}

const { start } = await import('./browser.mjs');
const { look } = await import('./ordinary.mjs');
const { attack } = await import('./hostile.mjs');

let passed = 0;
const failures = [];
/** One named check; what it throws is its failure. */
async function check(name, body) {
  try {
    await body();
    passed += 1;
  } catch (error) {
    failures.push(name);
    console.log(`FAILED ${name}\n  ${String(error.message ?? error).replaceAll('\n', '\n  ')}`);
  }
}

const out = join(root, 'target', 'browser');
mkdirSync(out, { recursive: true });
const stance = binary();
const browser = await start(chromium_path);
try {
  const pages = ordinaryPages(stance, here, root, join(out, 'pages'));
  const images = process.argv.includes('--images') ? join(root, 'docs', 'images') : null;
  await look({ browser, pages, check, out, images });
  await attack({ browser, pages: hostilePages(stance, join(out, 'hostile')), check });
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
