import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeLine } from '../../ingest/decode.ts'
import { NOW } from './fixture.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const SCORER = resolve(ROOT, '../shared/tools/score-decode.mjs')
const run = (input: string) => {
  const done = spawnSync(process.execPath, ['ingest/decode.ts'], { cwd: ROOT, input, encoding: 'utf8' })
  expect(done.stderr).toBe('')
  expect(done.status).toBe(0)
  return done.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
const line = (topic: string, payload: string, more = {}) => JSON.stringify({ topic, payload, ...more })

describe('npm run decode', () => {
  it('answers each line in its place, and a bad line stops nothing', () => {
    const answers = run(
      [
        line('devices/a/readings', '{"ts":"2019-01-01T00:00:00Z","smoke":true}'),
        'no JSON',
        '',
        line('zigbee2mqtt/b', Buffer.from('{"smoke":false,"x":"\u2028"}').toString('base64'), {
          encoding: 'base64',
        }),
        '{"topic":"devices/a/readings"}',
        line('zigbee2mqtt/\u2028', '{"smoke":true}'),
        line('devices/a/status', 'online', { receivedAt: '2026-11-21T12:00:00Z' }),
        line('devices/a/status', 'online', { encoding: 'hex' }),
      ].join('\n'),
    )
    expect(answers.map((a) => a.refused?.code ?? a.readings[0].deviceId)).toEqual([
      'a',
      'malformed',
      'malformed',
      'b',
      'malformed',
      '\u2028',
      'a',
      'malformed',
    ])
    expect(answers[0].readings).toEqual([
      {
        deviceId: 'a',
        kind: 'smoke',
        measuredAt: '2019-01-01T00:00:00.000Z',
        measuredAtSource: 'device',
        values: { smoke: true },
        quality: [],
      },
    ])
    expect(answers[6].readings[0].measuredAt).toBe('2026-11-21T12:00:00.000Z')
  })

  it('what no family knows is undecoded', () => {
    const answer = JSON.parse(
      decodeLine('{"topic":"tele/plug/SENSOR","payload":"{\\"ENERGY\\":{\\"Total\\":1}}"}', NOW),
    )
    expect(answer).toEqual({ readings: [], refused: { code: 'undecoded', message: expect.any(String) } })
  })

  it.skipIf(!existsSync(SCORER))(
    'real messages: every zigbee2mqtt line right, no dangerous mistake at all',
    () => {
      const done = spawnSync(process.execPath, [SCORER, '--', process.execPath, 'ingest/decode.ts'], {
        cwd: ROOT,
        encoding: 'utf8',
      })
      const report = done.stdout
      expect(report).toMatch(/, 0 dangerous mistakes/)
      const [, right, all] = /^zigbee2mqtt +(\d+)\/(\d+)/m.exec(report) ?? []
      expect(right).toBeDefined()
      expect(right).toBe(all)
    },
  )
})

if (!existsSync(SCORER)) console.warn(`SKIPPED: the score on real messages, because ${SCORER} is not here`)
