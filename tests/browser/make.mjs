// Makes all pages that are looked at, with the program itself, in one folder.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloads } from './payloads.mjs';

/// Cell of a CSV file.
const cell = (text) => `"${text.replaceAll('"', '""')}"`;
/// A payload as part of a file name.
const asName = (payload) => payload.replaceAll('/', '⁄').replace(/^-+/, '') + '.txt';

/** Runs `stance` and says what it was asked where it fails. */
function stance(binary, ...args) {
  try {
    return execFileSync(binary, ['--quiet', ...args], { maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`stance ${args.join(' ').slice(0, 300)}\n${error.stderr}`);
  }
}

/** Pages of our own articles and data: each with its kind and file. */
export function ordinaryPages(binary, here, root, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const articles = ['reimbursement', 'listing'].map((name) => join(here, 'articles', `${name}.txt`));
  const stored = join(root, 'data', 'test.csv');
  const data = existsSync(stored) ? stored : join(here, 'labelled.csv');
  const at = (name) => join(folder, name);
  stance(binary, 'predict', '-f', 'html', '-o', at('article.html'), articles[0]);
  stance(binary, 'predict', '-f', 'html', '-o', at('unsure.html'), '--min-probability', '0.7', articles[1]);
  stance(binary, 'predict', '-f', 'html', '-o', at('articles.html'), ...articles, join(here, 'labelled.csv'));
  stance(binary, 'predict', '-f', 'html', '-o', `${at('folder')}/`, ...articles);
  stance(binary, 'evaluate', '-f', 'html', '-o', at('evaluation.html'), data);
  const sentence = 'The foreign ministry rejected the allegation as baseless and said that sacrifices were being ignored.';
  writeFileSync(at('explanation.html'), stance(binary, 'explain', '-f', 'html', sentence));
  return [
    { kind: 'article', name: 'article', file: at('article.html') },
    { kind: 'article', name: 'unsure', file: at('unsure.html') },
    { kind: 'article', name: 'articles', file: at('articles.html') },
    { kind: 'index', name: 'index', file: at('folder/index.html') },
    { kind: 'article', name: 'one-of-a-folder', file: at('folder/listing.txt.html') },
    { kind: 'evaluation', name: 'evaluation', file: at('evaluation.html') },
    { kind: 'explanation', name: 'explanation', file: at('explanation.html') },
  ];
}

/** Pages with a payload wherever text from outside can stand: text, labels, article names, file names, features. */
export function hostilePages(binary, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'texts'), { recursive: true });
  const at = (name) => join(folder, name);
  // Three sentences a label, so that each is learnt; character n-grams carry markup into the names of features.
  const rows = payloads.flatMap((payload, i) =>
    [0, 1, 2].map((n) => [payload, n, `${payload} is word${i} number ${n}`, payload].map((c) => cell(String(c))).join(',')));
  const data = at('"><img src=x onerror=alert(0)>.csv');
  writeFileSync(data, ['article,position,text,label', ...rows].join('\n') + '\n');
  const model = at('<svg onload=alert(0)>.safetensors');
  stance(binary, 'train', data, '-o', model, '--char-ngrams', '3..5', '--min-df', '1', '--calibration', 'none');
  const files = payloads.map((payload) => join(folder, 'texts', asName(payload)));
  files.forEach((file, i) => writeFileSync(file, `${payloads[i]}\n\n${payloads.join('\n\n')}\n`));
  stance(binary, 'predict', '-m', model, '-f', 'html', '-o', at('one.html'), ...files.slice(0, 6));
  stance(binary, 'predict', '-m', model, '-f', 'html', '-o', at('rows.html'), data);
  stance(binary, 'predict', '-m', model, '-f', 'html', '-o', `${at('folder')}/`, ...files);
  stance(binary, 'evaluate', '-m', model, '--baseline', model, '-f', 'html', '-o', at('evaluation.html'), data);
  writeFileSync(at('explanation.html'), stance(binary, 'explain', '-m', model, '-f', 'html', payloads.join(' ')));
  return [
    { name: 'article texts and file names', file: at('one.html'), holds: payloads },
    { name: 'article names and labels', file: at('rows.html'), holds: payloads },
    { name: 'index of file names', file: at('folder/index.html'), holds: payloads.slice(0, 1) },
    { name: 'labels, data and mistakes', file: at('evaluation.html'), holds: payloads },
    { name: 'explanation', file: at('explanation.html'), holds: payloads },
  ];
}
