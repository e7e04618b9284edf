import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { calibrationData, calibrationText, hoursText } from './calibration.ts'
import { allCandidates, everyPage, OUR_CURVE, personal } from './candidates.ts'
import { curveOf, type PanelCurve } from './curve.ts'
import { simulatedDistrict, simulatedPanels } from './district.ts'
import { pairedText } from './paired.ts'
import type { Panel } from './panel.ts'
import { plot } from './plot.ts'
import { recordedPanels } from './recordings.ts'
import { scoreHome } from './scorer.ts'
import { hoursOf, statisticsOf } from './statistics.ts'
import { curveText, homesText, kindsText } from './tables.ts'

const USAGE = `usage: npm run evaluate -- [curve | calibration] [--data DIR] [--out DIR] [--mode uniform|afteruse]
         [--step 60|15] [--incidents N] [--homes N] [--days N] [--seed TEXT]

  curve        false alarms against delay, for our rules and the reference rules (default)
  calibration  how simulated lives compare with recorded ones

  --data       recordings to score: folders of *.csv.gz and protocol/ (default ../shared/data; skipped when missing)
  --out        where curve.svg, curve.json and calibration.json are written (default test-results/evaluation)
  --homes 0    leaves the simulated district out`

const { values, positionals } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    data: { type: 'string', default: '../shared/data' },
    out: { type: 'string', default: 'test-results/evaluation' },
    mode: { type: 'string', default: 'uniform' },
    step: { type: 'string', default: '60' },
    incidents: { type: 'string', default: '240' },
    homes: { type: 'string', default: '40' },
    days: { type: 'string', default: '180' },
    seed: { type: 'string', default: 'district' },
  },
  allowPositionals: true,
})
/** A home of the district has this share of the incidents of a recorded one: there are many more homes. */
const DISTRICT_INCIDENTS = 1 / 6

const say = (text: string) => process.stdout.write(`${text}\n`)

function recorded(): Panel[] {
  const { data: dir, mode, step, incidents } = values
  if (mode !== 'uniform' && mode !== 'afteruse') throw new Error(USAGE)
  const options = { dir, mode, stepMinutes: Number(step), incidentsPerHome: Number(incidents) } as const
  const panels = recordedPanels(options)
  if (panels === null) say(`SKIPPED: no recordings under ${dir} (--data DIR)\n`)
  return panels ?? []
}

const districtOptions = () => ({
  seed: values.seed,
  homes: Number(values.homes),
  days: Number(values.days),
  stepMinutes: Number(values.step),
  incidentsPerHome: Math.round(Number(values.incidents) * DISTRICT_INCIDENTS),
})

function write(name: string, text: string): void {
  mkdirSync(values.out, { recursive: true })
  const file = join(values.out, name)
  writeFileSync(file, text)
  say(`written: ${file}`)
}

function curve(): void {
  const district = Number(values.homes) > 0 ? simulatedPanels(districtOptions()) : []
  const curves: PanelCurve[] = []
  for (const panel of [...recorded(), ...district]) {
    const scored = curveOf(panel, allCandidates, values.seed)
    curves.push(scored)
    say(curveText(scored))
    if (panel.homes.length < 10) say(homesText(scored, [personal(0.5).name, personal(3).name]))
  }
  const both = district.at(-1)
  const [withWater, withBoth] = curves.slice(-2)
  if (both !== undefined && withWater !== undefined && withBoth !== undefined) {
    say(pairedText(withWater, withBoth, OUR_CURVE, values.seed))
    const named = [
      { name: 'inactivity', candidate: personal(0.5) },
      { name: 'any P1, P2', candidate: everyPage },
    ]
    say(
      kindsText(
        named.map(({ name, candidate }) => ({
          name,
          homes: both.homes.map((home) => scoreHome(home, candidate)),
        })),
      ),
    )
  }
  write('curve.svg', plot(curves))
  write('curve.json', `${JSON.stringify({ options: values, ours: OUR_CURVE, curves }, null, 1)}\n`)
}

function calibration(): void {
  const simulated = {
    name: 'simulated',
    homes: simulatedDistrict({ ...districtOptions(), incidentsPerHome: 0 }),
  }
  const groups = [...recorded(), simulated].map(({ name, homes }) => ({
    name,
    homes: homes.map((home) => statisticsOf(hoursOf(home.reports, home.zone))),
  }))
  say(calibrationText(groups))
  say(hoursText(groups))
  write('calibration.json', `${JSON.stringify(calibrationData(groups), null, 1)}\n`)
}

const COMMANDS: Record<string, () => void> = { curve, calibration }
const command = COMMANDS[positionals[0] ?? 'curve']
if (values.help || command === undefined || positionals.length > 1) {
  say(USAGE)
  process.exitCode = values.help ? 0 : 2
} else command()
