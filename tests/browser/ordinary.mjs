// Pages of our own articles: they load nothing, work by keyboard and by filter, and axe finds nothing to object to.

import { createRequire } from 'node:module';
import { readFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, open } from './browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SCHEMES = ['light', 'dark'];
const WIDTHS = { wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 800 } };

export async function look({ browser, pages, check, out, images }) {
  for (const { kind, name, file } of pages) {
    for (const colorScheme of SCHEMES) {
      for (const [width, viewport] of Object.entries(WIDTHS)) {
        const opened = await open(browser, file, { colorScheme, viewport });
        const { page, noted } = opened;
        const how = `${name}, ${colorScheme}, ${width}`;
        await check(`${how}: no request, no error`, async () => expect(noted.length === 0, noted.join('\n')));
        await check(`${how}: nothing wider than the window`, async () => {
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(over <= 0, `${over} pixels too wide`);
        });
        await check(`${how}: axe`, () => accessible(page));
        await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}.png`) });
        if (kind === 'article') {
          await article(page, check, how);
          await check(`${how}: axe with a sentence in focus and a label unticked`, async () => {
            await page.locator('#f0').uncheck();
            await page.locator('.s').nth(3).focus();
            await accessible(page);
          });
          await page.screenshot({ path: join(out, `${name}-${colorScheme}-${width}-focus.png`) });
        }
        await opened.close();
      }
    }
    const opened = await open(browser, file);
    await check(`${name}: prints`, async () => {
      const pdf = await opened.page.pdf({ path: join(out, `${name}.pdf`), format: 'A4' });
      expect(pdf.length > 5000, 'an empty document');
    });
    await opened.close();
  }
  if (images) await pictures(browser, pages, images);
}

async function accessible(page) {
  await page.evaluate(axe);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: values }), tags);
  const told = violations.map((v) => `${v.id}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)}\n${v.nodes[0].failureSummary}`);
  expect(violations.length === 0, told.join('\n'));
}

/** What a reader does with an article. */
async function article(page, check, how) {
  await check(`${how}: the skip link comes first and leads to the text`, async () => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement.className === 'skip'), 'something else comes first');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement.id === 'main'), 'it leads elsewhere');
  });
  await check(`${how}: Tab goes from sentence to sentence and shows each card`, async () => {
    const ids = await page.locator('.s').evaluateAll((all) => all.slice(0, 4).map((s) => s.id));
    await page.locator(`#${ids[0]}`).focus();
    for (const id of ids) {
      expect((await page.evaluate(() => document.activeElement.id)) === id, `the focus is not on ${id}`);
      expect(await page.locator(`#${id} + .card`).isVisible(), `no card for ${id}`);
      const described = await page.locator(`#${id}`).getAttribute('aria-describedby');
      expect(/\d.%/.test(await page.locator(`#${described}`).textContent()), `nothing describes ${id}`);
      const inside = await page.locator(`#${id} + .card`).evaluate((card) => {
        const box = card.getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
      });
      expect(inside, `the card of ${id} is cut off`);
      await page.keyboard.press('Tab');
    }
  });
  await check(`${how}: the pointer shows a card, and one only`, async () => {
    await page.evaluate(() => document.activeElement.blur());
    await page.locator('.s.told, .s').first().hover();
    await page.waitForTimeout(250);
    expect((await page.locator('.card:visible').count()) === 1, 'not one card');
    await page.mouse.move(2, 2);
  });
  await check(`${how}: a label that is unticked loses its tint, and hides when asked to`, async () => {
    const label = page.locator('.s.told').first();
    const own = await label.evaluate((s) => [...s.classList].find((c) => /^l\d+$/.test(c)));
    const tint = () => label.evaluate((s) => getComputedStyle(s).backgroundColor);
    const before = await tint();
    const box = page.locator(`#f${own.slice(1)}`);
    await box.focus();
    await page.keyboard.press('Space');
    expect(before !== (await tint()), 'the tint stays');
    await page.locator('#hide').check();
    expect((await page.locator(`.s.${own}:visible`).count()) === 0, 'it still shows');
    expect((await page.locator('.s:visible').count()) > 0, 'nothing is left');
    await page.locator('#hide').uncheck();
    await box.check();
    expect(before === (await tint()), 'the tint does not come back');
  });
  await check(`${how}: the strip leads to its sentences`, async () => {
    const link = page.locator('.lane a').first();
    await link.click();
    const target = (await link.getAttribute('href')).slice(1);
    expect(await page.locator(`#${target}`).evaluate((s) => s.matches(':target')), 'it leads nowhere');
  });
}

/** The pictures of the README. */
async function pictures(browser, pages, folder) {
  mkdirSync(folder, { recursive: true });
  const size = { viewport: { width: 1280, height: 1440 }, deviceScaleFactor: 1.25 };
  for (const kind of ['article', 'evaluation']) {
    const opened = await open(browser, pages.find((page) => page.kind === kind).file, size);
    if (kind === 'article') {
      // Not `hover()`, which would scroll the title away.
      const { x, y } = await opened.page.locator('.s.told').nth(3).boundingBox();
      await opened.page.mouse.move(x + 60, y + 10);
    }
    await opened.page.screenshot({ path: join(folder, `${kind}.png`) });
    await opened.close();
  }
}
