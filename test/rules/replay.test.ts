import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRow, Replay, type ReplayedFinding } from '../../app/past/recording.ts'
import { RuleSettings } from '../../contracts/settings.ts'
import { HOUR_MS, iso } from '../../contracts/time.ts'

const START = Date.parse('2026-03-01T00:00:00Z')

/** Hourly rows: 30 litres in each hour until `lastUse`, then nothing. */
function rows(home: string, hours: number, lastUse: number): string[] {
  return Array.from({ length: hours + 1 }, (_, hour) => {
    const m3 = (Math.min(hour, lastUse) * 0.03).toFixed(3)
    return `${home},${home}-water,${iso(START + hour * HOUR_MS)},water_total_m3,${m3},`
  })
}

function replay(lines: string[]): ReplayedFinding[] {
  const found: ReplayedFinding[] = []
  const run = new Replay({
    settings: RuleSettings.parse({
      'inactivity.personal': { enabled: false },
      'inactivity.water_volume': { enabled: true, hours: 12, litres: 10 },
      'water.continuous_flow': { enabled: false },
    }),
    zoneOf: () => 'UTC',
    onFinding: (finding) => found.push(finding),
  })
  for (const line of lines) {
    const row = parseRow(line)
    if (row === null) throw new Error(`unreadable: ${line}`)
    run.take(row)
  }
  run.end()
  return found
}

const byHome = (found: ReplayedFinding[]) => found.toSorted((a, b) => a.home.localeCompare(b.home))

const tool = (...args: string[]) =>
  execFileSync(process.execPath, ['app/replay.ts', ...args], { encoding: 'utf8', stdio: 'pipe' })

describe('a replay', () => {
  const one = rows('one', 40, 10)
  const two = rows('two', 60, 30)

  it('tells each finding once, with the time at which the rule could say it', () => {
    expect(replay(one)).toMatchObject([
      {
        home: 'one',
        kind: 'inactivity.water_volume',
        severity: 'P2',
        since: iso(START + 10 * HOUR_MS),
        raisedAt: iso(START + 22 * HOUR_MS),
      },
    ])
    expect(replay(one)[0]).not.toHaveProperty('clearedAt')
  })

  it('says the same whether homes follow one another or interleave', () => {
    const mixed = [...one, ...two].toSorted((a, b) =>
      (a.split(',')[2] ?? '').localeCompare(b.split(',')[2] ?? ''),
    )
    expect(byHome(replay(mixed))).toEqual(byHome(replay([...one, ...two])))
  })

  it('cut short it says the same of the time before: nothing is backdated', () => {
    const whole = replay(rows('one', 40, 10))
    const cut = replay(rows('one', 25, 10))
    expect(cut.map(({ raisedAt }) => raisedAt)).toEqual(whole.map(({ raisedAt }) => raisedAt))
    expect(replay(rows('one', 21, 10))).toEqual([])
  })

  it('does not read what is no row', () => {
    for (const line of [
      '',
      'one,one-water,yesterday,water_total_m3,1,',
      'one,one-water,2026-03-01T00:00:00Z,beer,1,',
    ])
      expect(parseRow(line)).toBeNull()
    expect(parseRow('one,s,2026-03-01T00:00:00Z,smoke,,')).toMatchObject({ value: null })
    expect(parseRow('one,w,2026-03-01T00:00:00Z,water_total_m3,0.0,counter_reset')).toMatchObject({
      value: 0,
      quality: ['counter_reset'],
    })
  })
})

describe('the replay tool', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'replay-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('reads zipped recordings, zones and rules, and prints a line for each finding', () => {
    const file = join(folder, 'homes.csv.gz')
    const text = ['home,device,ts,metric,value,quality', ...rows('one', 40, 10), ''].join('\n')
    writeFileSync(file, gzipSync(text))
    const rules = join(folder, 'rules.json')
    const volume = { enabled: true, hours: 24, litres: 8 }
    const settings = { 'inactivity.personal': { enabled: false }, 'inactivity.water_volume': volume }
    writeFileSync(rules, JSON.stringify({ version: 3, ...settings }))
    const zones = join(folder, 'zones.csv')
    writeFileSync(zones, 'home,zone\none,Asia/Shanghai\n')
    const lines = tool('--rules', rules, '--zones', zones, file).trim().split('\n')
    const inactive = lines
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind.startsWith('inactivity.'))
    expect(inactive).toMatchObject([
      { raisedAt: iso(START + 34 * HOUR_MS), evidence: { data: { hours: 24 } } },
    ])
    expect(inactive[0].evidence.sentence.zh).toContain('18:00起未用水')
  })

  it('says what other settings would change', () => {
    const file = join(folder, 'quiet.csv')
    writeFileSync(file, ['home,device,ts,metric,value,quality', ...rows('one', 40, 10), ''].join('\n'))
    const settings = (name: string, hours: number) => {
      const path = join(folder, name)
      const off = { 'inactivity.personal': { enabled: false }, 'inactivity.water_volume': { enabled: false } }
      writeFileSync(path, JSON.stringify({ ...off, 'inactivity.water_none': { enabled: true, hours } }))
      return path
    }
    const [strict, loose] = [settings('strict.json', 12), settings('loose.json', 48)]
    const text = tool('--rules', loose, '--against', strict, file)
    expect(text).toContain('added 1, removed 0, sooner 0, later 0')
    expect(text).toContain(`${iso(START + 22 * HOUR_MS)} one P2 inactivity.water_none: No water since 10:00`)
    expect(tool('--rules', strict, '--against', loose, file)).toContain('added 0, removed 1')
    expect(tool('--rules', strict, '--against', strict, file)).toContain('added 0, removed 0')
  })

  it('refuses a file that is no recording, and settings that are none', () => {
    const file = join(folder, 'other.csv')
    writeFileSync(file, 'a,b\n1,2\n')
    expect(() => tool(file)).toThrow('the first line is not')
    const rules = join(folder, 'bad.json')
    writeFileSync(rules, '{"inactivity.telepathy":{}}')
    expect(() => tool('--rules', rules, file)).toThrow('inactivity.telepathy')
  })
})
