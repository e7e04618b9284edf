import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CareReason } from '../../api/schemas/onboarding.ts'
import { channelForms } from '../../channels/drivers.ts'
import { fieldsOf } from '../../console/src/channel/schema.ts'
import { STEPS } from '../../console/src/drill/steps.ts'
import { AlertState, TimelineEvent } from '../../contracts/alert.ts'
import { Supply } from '../../contracts/circumstance.ts'
import { PagePurpose, PersonKind, RosterFault, Target } from '../../contracts/duty.ts'
import { FindingKind } from '../../contracts/finding.ts'
import { IMPORT_COLUMNS, IMPORT_FAULTS } from '../../contracts/import.ts'
import type { DecodeRefusalCode } from '../../contracts/message.ts'
import { METRIC_NAMES } from '../../contracts/metric.ts'
import { ProposedChange } from '../../contracts/proposal.ts'
import { DeviceKind } from '../../contracts/reading.ts'
import { DrillPage } from '../../contracts/report.ts'
import { defaultRuleSettings } from '../../contracts/settings.ts'
import { Severity } from '../../contracts/severity.ts'
import { VisitKind, VisitState } from '../../contracts/visit.ts'

/** Every reason why a message was not taken: a new one that has no words here does not compile. */
const REFUSALS: Record<DecodeRefusalCode, true> = {
  ignored: true,
  malformed: true,
  undecoded: true,
  needs_mapping: true,
  too_large: true,
  out_of_range: true,
  too_old: true,
  in_future: true,
  unregistered_device: true,
  wrong_device: true,
}

type Texts = { [key: string]: string | Texts }

const read = (language: string): Texts =>
  JSON.parse(
    readFileSync(new URL(`../../console/src/locales/${language}.json`, import.meta.url), 'utf8'),
  ) as Texts

const flat = (texts: Texts, prefix = ''): Map<string, string> =>
  new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)],
    ),
  )

const zh = flat(read('zh'))
const en = flat(read('en'))
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort((a, b) => a.localeCompare(b))

describe('both languages are complete', () => {
  test('they say the same things', () => {
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort())
  })

  test('what a page asks for is there', () => {
    const folder = new URL('../../console/src/', import.meta.url)
    const asked = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx'))
      .flatMap((file) => [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\bt\('([\w.]+)'[,)]/g)])
      .map(([, key = '']) => key)
    expect(asked.length).toBeGreaterThan(500)
    const there = (key: string) => zh.has(key) || zh.has(`${key}_one`) || zh.has(`${key}_other`)
    expect([...new Set(asked)].filter((key) => !there(key))).toEqual([])
  })

  test('nothing is left empty', () => {
    for (const texts of [zh, en]) expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('they are filled in with the same values', () => {
    // "once" needs no number.
    const countless = new Set(['queue.times_one', 'empty.allHeard_one'])
    const different = [...zh].filter(
      ([key, text]) =>
        !countless.has(key) && placeholders(text).join() !== placeholders(en.get(key) ?? '').join(),
    )
    expect(different).toEqual([])
  })

  test('Chinese is set with Chinese punctuation', () => {
    expect([...zh].filter(([, text]) => /[\u4e00-\u9fff][,;?!]/.test(text))).toEqual([])
  })
})

describe('every word of the service has a name', () => {
  test.each([
    ['kind', FindingKind.options],
    ['severity', Severity.options],
    ['state', AlertState.options],
    ['event', TimelineEvent.options],
    ['deviceKind', DeviceKind.options],
  ])('%s', (prefix, words) => {
    expect(words.filter((word) => !zh.has(`${prefix}.${word}`))).toEqual([])
  })

  test('rules and their settings', () => {
    const rules = Object.entries(defaultRuleSettings).filter(([, rule]) => typeof rule === 'object')
    expect(rules.map(([name]) => name).filter((name) => !zh.has(`rule.${name}`))).toEqual([])
    const settings = rules.flatMap(([, rule]) => Object.keys(rule)).filter((key) => key !== 'enabled')
    expect(settings.filter((key) => !zh.has(`setting.${key}`) || !zh.has(`settingUnit.${key}`))).toEqual([])
  })
})

test.each([
  ['person.kind', PersonKind.options],
  ['policy.target', Target.options],
  ['ownPage.purpose', PagePurpose.options],
  ['cut.supply', Supply.options],
  ['duty.fault', RosterFault.options.map(({ shape }) => shape.fault.value)],
  ['duty.role', ['primary', 'backup']],
  ['proposal.type', ProposedChange.options.map(({ shape }) => shape.type.value)],
  ['proposal.direction', ['less', 'more']],
  ['rota.kind', VisitKind.options],
  ['rota.state', VisitState.options],
  ['rota.contact', ['seen', 'phone']],
  ['drill.stepName', STEPS],
  ['drill.pageState', DrillPage.shape.state.options],
  ['duty.reach', ['waiting', 'reached', 'missed', 'untested']],
])('duty has words: %s', (prefix, words) => {
  expect(words.filter((word) => !zh.has(`${prefix}.${word}`))).toEqual([])
})

describe('channels have words', () => {
  const words = channelForms().flatMap(({ kind, settings, secrets, address }) => [
    `channel.kind.${kind}`,
    `channel.address.${address}`,
    ...fieldsOf(settings).map(({ path }) => `channel.setting.${path.join('_')}`),
    ...secrets.map(({ name }) => `channel.secret.${name}`),
  ])
  test.each([...new Set(words)])('%s', (key) => {
    expect([zh.has(key), en.has(key)]).toEqual([true, true])
  })

  test('what is kept in quarantine, faults of a list, and reasons for care have words', () => {
    const codes = Object.keys(REFUSALS).flatMap((code) => [
      `quarantine.code.${code}`,
      `quarantine.why.${code}`,
    ])
    const ofLists = [
      ...IMPORT_COLUMNS.map((column) => `import.columnName.${column}`),
      ...IMPORT_FAULTS.map((code) => `import.code.${code}`),
    ]
    const ofCare = CareReason.options.map((reason) => `care.reason.${reason}`)
    const ofMetrics = METRIC_NAMES.map((name) => `metricName.${name}`)
    for (const key of [...codes, ...ofLists, ...ofCare, ...ofMetrics])
      expect([zh.has(key), en.has(key)], key).toEqual([true, true])
  })
})
