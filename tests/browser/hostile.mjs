// Pages full of markup from outside: all of it must come out as text.

import { expect, open } from './browser.mjs';

// The elements that our templates write, and none that loads, runs or submits anything.
const OURS = new Set(`html head meta title link style body a aside article b blockquote br caption circle code dd desc
  details div dl dt fieldset figure footer form h1 h2 h3 h4 header input label legend li line main nav ol p path rect
  section small span summary svg table tbody td text th thead tr ul wbr`.split(/\s+/));

/** What the page holds that our templates do not write. */
function foreign(ours) {
  const known = new Set(ours);
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    const name = element.localName;
    if (!known.has(name)) found.push(`<${name}>`);
    for (const attribute of element.attributes) {
      if (attribute.name.startsWith('on') || /^\s*(javascript|data|https?):/i.test(attribute.value)) {
        if (!(name === 'link' && attribute.value === 'data:,')) found.push(`<${name} ${attribute.name}="${attribute.value}">`);
      }
    }
    if (name === 'input' && element.type !== 'checkbox') found.push('an input that is no checkbox');
    if (name === 'form' && element.hasAttribute('action')) found.push('a form with an action');
  }
  if (document.querySelectorAll('style').length !== 1) found.push('a second style');
  if (document.querySelectorAll('link').length !== 1) found.push('a second link');
  if (document.querySelectorAll('meta').length !== 5) found.push('another meta');
  return found;
}

/** Opens every page with its policy and without, touches everything on it, and looks for what should not be there. */
export async function attack({ browser, pages, check }) {
  for (const { name, file, holds } of pages) {
    for (const bypassCSP of [false, true]) {
      const opened = await open(browser, file, { bypassCSP });
      const { page, noted } = opened;
      const how = `${name}${bypassCSP ? ', without its policy' : ''}`;
      await check(`${how}: no dialog, no request, no error`, async () => {
        const text = page.locator('[tabindex="0"]');
        for (let i = 0; i < Math.min(await text.count(), 5); i += 1) {
          await text.nth(i).focus();
          await text.nth(i).hover({ force: true });
        }
        await page.waitForTimeout(300);
        expect(noted.length === 0, noted.slice(0, 5).join('\n'));
      });
      await check(`${how}: no element that is not ours`, async () => {
        const found = await page.evaluate(foreign, [...OURS]);
        expect(found.length === 0, [...new Set(found)].slice(0, 5).join('\n'));
      });
      if (!bypassCSP) {
        const text = await page.evaluate(() => document.body.textContent.replace(/\s+/g, ' '));
        for (const payload of holds) {
          await check(`${name}: shows ${payload}`, async () => {
            expect(text.includes(payload.replace(/\s+/g, ' ').trim()), 'the text is not on the page');
          });
        }
      }
      await opened.close();
    }
  }
}
