import { describe, expect, test } from 'vitest'
import { channelForms, checkSettings } from '../../channels/drivers.ts'
import type { DutyPage, DutyStretch, Person, Policy } from '../../console/src/api/types.ts'
import { fieldsOf, formValues, pairsOf, secretsOf, settingsOf } from '../../console/src/channel/schema.ts'
import { dutyDays } from '../../console/src/duty/calendar.ts'
import {
  endOfDay,
  faultsIn,
  firstDraft,
  isComplete,
  minuteOf,
  minutesUntil,
  swapOf,
  timeOf,
} from '../../console/src/duty/draft.ts'
import { answeredLately, waitingPages } from '../../console/src/duty/own-pages.ts'
import { bodyOf, valuesOf } from '../../console/src/person/values.ts'
import { isClimbable, newLadder, policyDraft } from '../../console/src/policy/ladder.ts'
import { workingHoursText } from '../../console/src/policy/working-hours.ts'
import { keyBytes } from '../../console/src/push/key.ts'

const SHANGHAI = 'Asia/Shanghai'
const HOUR_MS = 3_600_000
const stretch = (from: string, to: string, primary = 'wang', backup: string | null = 'li'): DutyStretch => ({
  from,
  to,
  shift: '夜班',
  shiftFrom: from,
  primary,
  backup,
})

describe('the days to come', () => {
  test('a night lies in two days, and is one duty in both', () => {
    const night = stretch('2026-11-20T12:00:00Z', '2026-11-21T00:00:00Z')
    const [friday, saturday] = dutyDays(
      { stretches: [night], gaps: [] },
      SHANGHAI,
      Date.parse('2026-11-20T02:00:00Z'),
      2,
    )
    expect(friday?.date).toBe('2026-11-20')
    expect(friday?.blocks).toMatchObject([{ start: 20 / 24, end: 1, stretch: night }])
    expect(saturday?.blocks).toMatchObject([{ start: 0, end: 8 / 24, stretch: night }])
  })

  test('a gap stands between those who are there, and names its whole time', () => {
    const day = stretch('2026-11-20T00:00:00Z', '2026-11-20T10:00:00Z')
    const evening = stretch('2026-11-20T12:00:00Z', '2026-11-20T16:00:00Z')
    const gap = { from: day.to, to: evening.from }
    const [friday] = dutyDays(
      { stretches: [day, evening], gaps: [gap] },
      SHANGHAI,
      Date.parse('2026-11-20T02:00:00Z'),
      1,
    )
    expect(friday?.blocks.map(({ stretch: who }) => who?.primary ?? null)).toEqual(['wang', null, 'wang'])
    const [, hole] = friday?.blocks ?? []
    expect((hole?.to ?? 0) - (hole?.from ?? 0)).toBe(2 * HOUR_MS)
  })

  test('a day on which the clocks are put forward is full from end to end, though it has 23 hours', () => {
    const whole = stretch('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')
    const [sunday] = dutyDays(
      { stretches: [whole], gaps: [] },
      'Europe/Berlin',
      Date.parse('2026-03-29T10:00:00Z'),
      1,
    )
    expect(sunday?.blocks).toMatchObject([{ start: 0, end: 1 }])
  })
})

describe('a roster that is being written', () => {
  const draft = firstDraft(SHANGHAI, '2026-11-20', ['白班', '夜班'])

  test('begins with a day and a night, and is complete once each crew has a primary', () => {
    expect(draft.shifts.map(({ startMinute }) => timeOf(startMinute))).toEqual(['08:00', '20:00'])
    expect(isComplete(draft)).toBe(false)
    const crews = [{ primary: 'wang', backup: null }]
    const filled = { ...draft, shifts: draft.shifts.map((shift) => ({ ...shift, crews })) }
    expect(isComplete(filled)).toBe(true)
    expect(isComplete({ ...filled, shifts: [] })).toBe(false)
    const never = { from: '2026-11-21T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' }
    const override = { ...never, duty: 'primary' as const, personId: 'li' }
    expect(isComplete({ ...filled, overrides: [override] })).toBe(false)
  })

  test('a shift that ends no later than it begins ends on the next day; the next shift begins there', () => {
    expect(minutesUntil(1_200, 480)).toBe(720)
    expect(minutesUntil(480, 1_200)).toBe(720)
    expect(minutesUntil(480, 480)).toBe(1_440)
    expect(endOfDay(draft.shifts)).toBe(480)
    expect(minuteOf('08:30')).toBe(510)
    expect(minuteOf('')).toBeNull()
    expect(timeOf(1_440 + 510)).toBe('08:30')
  })

  test('two who swap each do the duty of the other; nobody swaps with themselves or with nobody', () => {
    const friday = stretch('2026-11-20T12:00:00Z', '2026-11-21T00:00:00Z', 'wang', null)
    const saturday = stretch('2026-11-21T12:00:00Z', '2026-11-22T00:00:00Z', 'zhao', 'li')
    expect(swapOf(friday, saturday, 'primary')).toEqual([
      { from: friday.from, to: friday.to, duty: 'primary', personId: 'zhao' },
      { from: saturday.from, to: saturday.to, duty: 'primary', personId: 'wang' },
    ])
    expect(swapOf(friday, friday, 'primary')).toBeNull()
    expect(swapOf(friday, saturday, 'backup')).toBeNull()
  })

  test('the faults of a refusal are read, and anything else is not taken for faults', () => {
    const fault = { fault: 'gap', from: '2026-11-20T12:00:00Z', to: '2026-11-21T00:00:00Z' }
    expect(faultsIn({ faults: [fault] })).toEqual([fault])
    expect(faultsIn(undefined)).toBeNull()
    expect(faultsIn({ faults: 'many' })).toBeNull()
  })
})

describe('what one was told', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  const page = (key: string, over: Partial<DutyPage>): DutyPage => ({
    key,
    purpose: 'alert',
    alertId: 'a1',
    homeId: null,
    jurisdictionId: 'district',
    recipient: 'person:wang',
    severity: 'P2',
    step: 0,
    dueAt: '2026-11-20T11:50:00Z',
    createdAt: '2026-11-20T11:50:00Z',
    state: 'sent',
    channelId: null,
    sentAt: null,
    reason: null,
    drill: false,
    ...over,
  })
  const keys = (pages: DutyPage[]) => waitingPages(pages, now).map(({ key }) => key)

  test('of one alert only the newest waits; once it is seen the older ones are seen as well', () => {
    const older = page('older', { createdAt: '2026-11-20T11:00:00Z' })
    expect(keys([page('newer', {}), older, page('other', { alertId: 'a2' })])).toEqual(['newer', 'other'])
    expect(keys([page('newer', { state: 'answered' }), older])).toEqual([])
  })

  test('a test page of this shift waits, also when it could not be sent; that of a former shift does not', () => {
    const test = { purpose: 'test' as const, alertId: null, severity: null }
    const now_ = page('now', { ...test, state: 'failed' })
    const before = page('before', { ...test, createdAt: '2026-11-20T02:00:00Z' })
    expect(keys([now_, before])).toEqual(['now'])
    expect(keys([page('yesterday', { ...test, createdAt: '2026-11-19T11:50:00Z' })])).toEqual([])
    expect(answeredLately([page('done', { ...test, state: 'answered' })], now)?.key).toBe('done')
    expect(answeredLately([page('seen', { state: 'answered' })], now)).toBeNull()
  })
})

describe('the form of a channel', () => {
  const REQUIRED: Record<string, object> = {
    webhook: { url: 'https://example.org/hook' },
    alertmanager: { url: 'https://example.org/api/v2/alerts' },
    wecom: {},
    dingtalk: {},
    feishu: {},
    smtp: { host: 'mail.example.org', from: 'desk@example.org' },
    webpush: { subject: 'mailto:desk@example.org' },
    http_template: { url: 'https://example.org/sms', headers: 'X-Key: {{apiKey}}\nnonsense' },
  }

  test.each(channelForms().map((form) => [form.kind, form] as const))(
    '%s: with what is needed filled in, the service takes its settings',
    (kind, form) => {
      const fields = fieldsOf(form.settings)
      const needed = fields.filter(({ required }) => required).map(({ path }) => path.join('.'))
      for (const name of needed) expect(REQUIRED[kind]).toHaveProperty(name)
      const settings = settingsOf(fields, { ...formValues(fields, null), ...REQUIRED[kind] })
      const checked = checkSettings(kind, settings)
      expect(checked).not.toHaveProperty('faults')
      // What was kept comes back into the form, and out of it again as it was.
      const kept = 'settings' in checked ? checked.settings : {}
      const again = checkSettings(kind, settingsOf(fields, formValues(fields, kept)))
      expect(again).toEqual({ settings: kept })
    },
  )

  test('asks for each setting as what it is', () => {
    const form = channelForms().find(({ kind }) => kind === 'http_template')
    const controls = fieldsOf(form?.settings ?? {}).map(({ path, control }) => [path.join('.'), control])
    expect(Object.fromEntries(controls)).toMatchObject({
      method: 'choice',
      headers: 'pairs',
      body: 'long',
      'success.statuses': 'numbers',
      'success.path': 'text',
      perMinute: 'number',
    })
  })

  test('headers are one a line; a secret left empty stays as it is', () => {
    expect(pairsOf('Authorization: Bearer x:y\n\nno colon')).toEqual({ Authorization: 'Bearer x:y' })
    expect(secretsOf({ key: 'new', other: '', third: undefined })).toEqual({ key: 'new' })
    expect(secretsOf(undefined)).toEqual({})
  })
})

test('a person comes out of the form as they went in', () => {
  const person: Person = {
    id: 'wang',
    accountId: null,
    jurisdictionId: 'district',
    kind: 'visitor',
    name: '王芳',
    phone: '',
    language: 'zh',
    addresses: [{ channelId: 'mail', address: 'wang@example.org' }],
    skills: ['沪语'],
    pairedWith: ['h1'],
    holdsKeyOf: [],
    place: { latitude: 31.2, longitude: 121.4 },
    enabled: true,
    createdAt: '2026-11-20T00:00:00Z',
  }
  const { id: _, createdAt: __, ...rest } = person
  expect(bodyOf(valuesOf(person))).toEqual(rest)
  const unsaid = { ...valuesOf(person), longitude: null, addresses: [{ address: 'nowhere' }] }
  expect(bodyOf(unsaid)).toMatchObject({ place: null, addresses: [] })
})

describe('how alerts climb', () => {
  const policy: Policy = {
    id: 'default',
    version: 3,
    jurisdictionId: null,
    name: '通用',
    ladders: {
      P1: { ...newLadder(), steps: [{ afterMinutes: 5, tell: ['district'] }, ...newLadder().steps] },
    },
    workingHours: { fromMinute: 510, toMinute: 1_050, weekdays: [1, 2, 3, 4, 5] },
    offerMinutes: 5,
    reachMinutes: 10,
    pagesPerShift: 20,
    pagesPerDay: 40,
    reviewByAnother: true,
  }

  test('is written in order of time, with the version that was looked at', () => {
    const draft = policyDraft(policy)
    expect(draft.ladders['P1']?.steps.map(({ afterMinutes }) => afterMinutes)).toEqual([0, 5])
    expect(draft).toMatchObject({ version: 3 })
    expect(draft).not.toHaveProperty('id')
    expect(isClimbable(policy)).toBe(true)
    const nobody = { ...newLadder(), steps: [{ afterMinutes: 0, tell: [] }] }
    expect(isClimbable({ ladders: { P1: nobody } })).toBe(false)
  })

  test('says its working hours as people do', () => {
    expect(workingHoursText(policy.workingHours, 'zh')).toBe('周一–周五 08:30–17:30')
    expect(workingHoursText({ ...policy.workingHours, weekdays: [1, 3] }, 'en')).toBe('Mon, Wed 08:30–17:30')
  })
})

test('the key by which a browser subscribes is read from base64url', () => {
  expect([...keyBytes('-_8A')]).toEqual([251, 255, 0])
})
