// Chromium without a window, and pages that note whatever they should not do.

import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** Starts Chromium with a fresh profile. */
export const start = (path) => chromium.launch({ executablePath: path, args: flags });

/**
 * Opens a file. `noted` fills with every dialog, request, console message and error; after a careful page it is empty.
 * `bypassCSP` takes the page's own policy away, so that escaping stands alone.
 */
export async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noted = [];
  const url = pathToFileURL(file).href;
  page.on('dialog', (dialog) => {
    noted.push(`dialog ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:,')) noted.push(`request ${request.url()}`);
  });
  page.on('console', (message) => noted.push(`console ${message.text()}`));
  page.on('pageerror', (error) => noted.push(`error ${error.message}`));
  page.on('popup', () => noted.push('popup'));
  await page.goto(url);
  return { page, noted, close: () => context.close() };
}

/** Throws where `condition` does not hold. */
export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
