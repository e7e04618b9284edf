import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatAgo, formatCadence, formatDuration } from '../../console/src/format/duration.ts'
import {
  addDays,
  clockTime,
  formatInstant,
  formatInstantFull,
  isElsewhere,
  localDate,
  startOfLocalDay,
  zoneName,
} from '../../console/src/format/instant.ts'
import { fromLocalInput, toLocalInput } from '../../console/src/format/local-input.ts'
import { viewPayload } from '../../console/src/format/payload.ts'
import { formatLitres, formatWattHours, formatWatts } from '../../console/src/format/quantity.ts'
import { changedRules } from '../../console/src/rule/rebase.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SHANGHAI = 'Asia/Shanghai'
const at = (iso: string) => Date.parse(iso)

describe('how long', () => {
  test('nine hours and twenty minutes is said in both languages', () => {
    expect(formatDuration(9 * HOUR + 20 * MINUTE, 'zh')).toBe('9 小时 20 分')
    expect(formatDuration(9 * HOUR + 20 * MINUTE, 'en')).toBe('9 h 20 min')
  })

  test('what is longer than a day is said in days and hours', () => {
    expect(formatDuration(76 * HOUR, 'en')).toBe('3 d 4 h')
    expect(formatDuration(48 * HOUR, 'zh')).toBe('2 天')
  })

  test('a clock that is a little ahead makes no negative time', () => {
    expect(formatDuration(-5 * MINUTE, 'en')).toBe('under 1 min')
    expect(formatAgo(-5 * MINUTE, 'zh')).toBe('刚刚')
  })

  test('a longer time never reads as a shorter one', () => {
    const minutesSaid = (text: string) =>
      [...text.matchAll(/(\d+) (d|h|min)/g)].reduce(
        (sum, [, amount, unit]) => sum + Number(amount) * (unit === 'd' ? 1_440 : unit === 'h' ? 60 : 1),
        0,
      )
    fc.assert(
      fc.property(fc.nat(100 * 24 * 60), fc.nat(100 * 24 * 60), (a, b) => {
        const [short, long] = [Math.min(a, b), Math.max(a, b)]
        expect(minutesSaid(formatDuration(short * MINUTE, 'en'))).toBeLessThanOrEqual(
          minutesSaid(formatDuration(long * MINUTE, 'en')),
        )
      }),
    )
  })

  test('a reporting interval reads as people say it', () => {
    expect(formatCadence(900, 'zh')).toBe('15 分钟')
    expect(formatCadence(30, 'en')).toBe('30 s')
  })
})

describe('when', () => {
  const now = at('2026-11-20T07:42:00Z')

  test('today is a clock time of the zone, not of the browser', () => {
    expect(formatInstant(at('2026-11-19T22:40:00Z'), now, SHANGHAI, 'zh')).toBe('06:40')
  })

  test('yesterday and earlier name the day', () => {
    expect(formatInstant(at('2026-11-19T15:00:00Z'), now, SHANGHAI, 'zh')).toBe('昨天 23:00')
    expect(formatInstant(at('2026-11-17T15:00:00Z'), now, SHANGHAI, 'en')).toBe('23:00 on 17 Nov')
    expect(formatInstant(at('2025-11-17T15:00:00Z'), now, SHANGHAI, 'zh')).toBe('2025年11月17日 23:00')
    // Behind "told 王芳 at", "since" and "by".
    expect(formatInstant(at('2026-11-19T15:00:00Z'), now, SHANGHAI, 'en')).toBe('23:00 yesterday')
  })

  test('what is to come names its day too: a bare time would be read as today', () => {
    expect(formatInstant(at('2026-11-21T00:30:00Z'), now, SHANGHAI, 'zh')).toBe('明天 08:30')
    expect(formatInstant(at('2026-11-23T00:30:00Z'), now, SHANGHAI, 'en')).toBe('08:30 on 23 Nov')
  })

  test('the whole instant leaves nothing out', () => {
    expect(formatInstantFull(at('2026-11-19T22:40:12Z'), SHANGHAI, 'zh')).toBe('2026年11月20日 周五 06:40:12')
  })

  test('midnight is 00:00, never 24:00', () => {
    expect(clockTime(at('2026-11-19T16:00:00Z'), SHANGHAI)).toBe('00:00')
  })

  test('a local day begins at its own midnight, also where clocks change', () => {
    const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland']
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.nat(1_500), (zone, days) => {
        const date = addDays('2024-01-01', days)
        const start = startOfLocalDay(date, zone)
        expect(localDate(start, zone)).toBe(date)
        expect(clockTime(start, zone)).toBe('00:00')
        expect(localDate(start - 1, zone)).toBe(addDays(date, -1))
      }),
    )
  })
})

describe('how much', () => {
  test('water has the digits that a person wants', () => {
    expect([0, 0.4, 9.96, 12.3, 1_250].map(formatLitres)).toEqual([
      '0 L',
      '0.4 L',
      '10.0 L',
      '12 L',
      '1.25 m³',
    ])
  })

  test('electricity changes its unit where it grows', () => {
    expect([84.4, 1_540].map(formatWatts)).toEqual(['84 W', '1.54 kW'])
    expect([0, 4.25, 230, 1_800].map(formatWattHours)).toEqual(['0 Wh', '4.3 Wh', '230 Wh', '1.80 kWh'])
  })
})

describe('a quarantined payload', () => {
  const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes as string).toString('base64')

  test('JSON is laid out to be read', () => {
    expect(viewPayload(base64('{"smoke":false}'))).toEqual({ form: 'text', text: '{\n  "smoke": false\n}' })
  })

  test('Chinese text stays text', () => {
    expect(viewPayload(base64('厨房烟感'))).toEqual({ form: 'text', text: '厨房烟感' })
  })

  test('bytes that are no text are shown as hex', () => {
    expect(viewPayload(base64(new Uint8Array([0x68, 0x10, 0xff, 0x00])))).toEqual({
      form: 'hex',
      text: '0000  68 10 ff 00',
    })
  })
})

describe('the field for a day and a time', () => {
  test('means an instant on the clocks of the home, and back', () => {
    const at = Date.parse('2026-11-20T22:40:00Z')
    expect(toLocalInput(at, 'Asia/Shanghai')).toBe('2026-11-21T06:40')
    expect(fromLocalInput('2026-11-21T06:40', 'Asia/Shanghai')).toBe(at)
    expect(fromLocalInput('', 'Asia/Shanghai')).toBeNull()
  })

  test('keeps its hour on the days on which clocks are changed', () => {
    for (const text of ['2026-03-29T00:30', '2026-03-29T12:00', '2026-10-25T00:30', '2026-10-25T23:30'])
      expect(toLocalInput(fromLocalInput(text, 'Europe/Berlin') ?? 0, 'Europe/Berlin')).toBe(text)
  })
})

describe('on whose clocks', () => {
  test('is said in words of the reader', () => {
    expect(zoneName('Asia/Shanghai', 'zh')).toBe('中国标准时间')
    expect(zoneName('Asia/Shanghai', 'en')).toBe('China Standard Time')
  })

  test('is asked of the instant: two places may agree in winter and differ in summer', () => {
    const offsetAt = (at: string) => -new Date(at).getTimezoneOffset()
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone
    for (const at of ['2026-01-20T12:00:00Z', '2026-07-20T12:00:00Z']) {
      expect(isElsewhere('Asia/Shanghai', Date.parse(at))).toBe(offsetAt(at) !== 480)
      expect(isElsewhere(own, Date.parse(at))).toBe(false)
    }
  })
})

describe('a rule document that is tried', () => {
  test('differs in the rules that were changed alone', () => {
    const present = { version: 3, a: { enabled: true, hours: 12 }, b: { enabled: false } }
    expect(changedRules({ ...present, a: { enabled: true, hours: 16 } }, present)).toEqual(['a'])
    expect(changedRules({ ...present, version: 4 }, present)).toEqual([])
  })
})
