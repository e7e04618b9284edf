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
/** A register and a leak sensor of made-up devices, as a Sparkplug node writes them. */
const BIRTH = [
  'spBv1.0/homes/DBIRTH/gw-17/water-0042',
  'CICw6+iENBIcCgZWb2x1bWUQARiAsOvohDQgCml3vp8aL91eQBIaCgRGbG93EAIYgLDr6IQ0IApp+n5qvHSTiD8SGQoKQWxhcm0vTGVhaxADGICw6+iENCALcAAYAQ==',
] as const
const DATA = ['spBv1.0/homes/DDATA/gw-17/water-0042', 'CICNx+qENBIWEAEYoKei6YQ0IAooAWk730+Nl95eQBgD'] as const

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
      decodeLine('{"topic":"attic/plug","payload":"{\\"ENERGY\\":{\\"Total\\":1}}"}', NOW),
    )
    expect(answer).toEqual({ readings: [], refused: { code: 'undecoded', message: expect.any(String) } })
  })

  it('ends in peace when its reader has seen enough', () => {
    const input = `${line('devices/a/status', 'online')}\n`.repeat(20_000)
    const done = spawnSync('/bin/sh', ['-c', `'${process.execPath}' ingest/decode.ts | head -1`], {
      cwd: ROOT,
      input,
      encoding: 'utf8',
    })
    expect(done.stderr).toBe('')
    expect(JSON.parse(done.stdout.split('\n')[0] ?? '').readings).toHaveLength(1)
  })

  it('a birth explains the data behind it', () => {
    const answers = run(
      [BIRTH, DATA].map(([topic, payload]) => line(topic, payload, { encoding: 'base64' })).join('\n'),
    )
    expect(answers.map((a) => a.readings.length > 0)).toEqual([true, true])
    expect(JSON.parse(decodeLine(line(...DATA, { encoding: 'base64' }), NOW)).refused.code).toBe(
      'needs_mapping',
    )
  })

  it.skipIf(!existsSync(SCORER))(
    'real messages: at least 98 of 100 lines right, and no dangerous mistake at all',
    () => {
      const done = spawnSync(process.execPath, [SCORER, '--', process.execPath, 'ingest/decode.ts'], {
        cwd: ROOT,
        encoding: 'utf8',
      })
      const [, right, all, dangerous] =
        /^(\d+) of (\d+) lines right .*, (\d+) dangerous/m.exec(done.stdout) ?? []
      expect(Number(dangerous)).toBe(0)
      expect(Number(right) / Number(all)).toBeGreaterThanOrEqual(0.98)
    },
  )
})

if (!existsSync(SCORER)) console.warn(`SKIPPED: the score on real messages, because ${SCORER} is not here`)
