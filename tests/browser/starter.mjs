// The starter collection as the tests need it: what to expect is counted from the files, never written down by hand.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './server.mjs';

const read = (name) => JSON.parse(readFileSync(path.join(root, 'assets/evidence', `${name}.json`), 'utf8'));
export const studies = read('studies');
export const interventions = read('interventions');
export const themes = read('themes');
export const questions = read('questions');

export const isUk = (study) => study.countries.includes('GB');

/** Studies that match: every key is a filter, every filter must hold. */
export function matching({ theme, from, to, uk, focus, stage, design }) {
  return studies.filter((study) =>
    (theme === undefined || study.themes.includes(theme))
    && (from === undefined || study.year >= from)
    && (to === undefined || study.year <= to)
    && (uk === undefined || isUk(study) === uk)
    && (focus === undefined || study.disadvantage_focus.includes(focus))
    && (stage === undefined || study.stages.includes(stage))
    && (design === undefined || study.study_design === design));
}

/** A filter that nothing matches, as a canonical address. */
export function emptyList() {
  for (const theme of themes.map((each) => each.slug)) {
    for (const stage of new Set(studies.flatMap((study) => study.stages))) {
      for (const design of new Set(studies.map((study) => study.study_design))) {
        if (matching({ theme, stage, design }).length === 0) return `/studies?theme=${theme}&stage=${stage}&design=${design}`;
      }
    }
  }
  throw new Error('Every combination of theme, stage and design has studies');
}

/** The study with the most to show: effects, authors, interventions. */
export const richestStudy = [...studies].sort((a, b) => weight(b) - weight(a))[0];
/** The study with the least. */
export const barestStudy = [...studies].sort((a, b) => weight(a) - weight(b))[0];

function weight(study) {
  return 3 * study.effects.length + study.authors.length + 2 * study.interventions.length
    + (study.doi ? 1 : 0) + (study.key_findings.length > 2 ? 1 : 0);
}
