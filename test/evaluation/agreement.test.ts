import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { RuleSettings } from '../../contracts/settings.ts'
import { personalSettings } from '../../evaluation/candidates.ts'
import { engine } from '../../evaluation/engine.ts'
import { recordedPanels } from '../../evaluation/recordings.ts'
import { scoreHome } from '../../evaluation/scorer.ts'
import { summarise } from '../../evaluation/summary.ts'
import { temporaryFolder } from '../support/folder.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SCORER = join(ROOT, '../shared/tools/score-inactivity.mjs')
const DATA = join(ROOT, '../shared/data')
const isThere = existsSync(SCORER) && existsSync(DATA)
if (!isThere) console.warn(`SKIPPED: our scorer is not compared with another, for there is no ${SCORER}`)

const INCIDENTS = 12
const rules: Record<string, RuleSettings> = {
  'less than 10 L in 12 h': RuleSettings.parse({
    ...personalSettings(1),
    'inactivity.personal': { enabled: false },
    'inactivity.water_volume': { enabled: true },
  }),
  'the personal rule': personalSettings(3),
}

it.skipIf(!isThere).each(Object.entries(rules))(
  'scores %s as an outside scorer does that replays every incident from its past',
  (_name, settings) => {
    const folder = temporaryFolder()
    const [rulesFile, scored] = [join(folder, 'rules.json'), join(folder, 'scored.json')]
    writeFileSync(rulesFile, JSON.stringify(settings))
    const options = [
      '--panel',
      'couples',
      '--per-home',
      String(INCIDENTS),
      '--rules',
      rulesFile,
      '--json',
      scored,
    ]
    const replay = [process.execPath, join(ROOT, 'app/replay.ts')]
    execFileSync(process.execPath, [SCORER, ...options, '--', ...replay], { cwd: ROOT, stdio: 'pipe' })
    const theirs = (
      JSON.parse(readFileSync(scored, 'utf8')) as { result: Record<string, number>[] }
    ).result.at(-1)
    const panels = recordedPanels({
      dir: DATA,
      stepMinutes: 60,
      mode: 'uniform',
      incidentsPerHome: INCIDENTS,
    })
    const panel = panels?.find(({ name }) => name === 'couples')
    const rule = engine('ours', 'ours', settings)
    const ours = summarise((panel?.homes ?? []).map((home) => scoreHome(home, rule)))
    expect(ours).toMatchObject({
      falseAlarms: theirs?.['fa'],
      days: theirs?.['days'],
      incidents: theirs?.['incidents'],
      open: theirs?.['pre'],
      within24: theirs?.['within24'],
    })
    // It knows four months of the past, ours all of it: a habit learned may differ by an hour.
    for (const name of ['median', 'p90', 'max'] as const)
      expect(Math.abs(ours[name] - (theirs?.[name] ?? Number.NaN))).toBeLessThanOrEqual(1)
  },
  120_000,
)
