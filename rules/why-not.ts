import type { FindingKind, Json, Sentence } from '../contracts/finding.ts'
import type { Away, RuleContext } from '../contracts/home.ts'
import type { DeviceId } from '../contracts/ids.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type { RuleSettings } from '../contracts/settings.ts'
import { type EpochMs, iso } from '../contracts/time.ts'
import type { Learning, Outlook, WhyNot } from '../contracts/why-not.ts'
import { atBest } from './at-best.ts'
import { isLearning, LEARNING_DAYS, learnedDays } from './baseline/record.ts'
import { circumstances } from './circumstances.ts'
import { coarseData, coarseInWords, coarseStep } from './coarse-register.ts'
import { NAMES, silentAt } from './device-silent.ts'
import { clockTime, sentenceOf } from './explanation.ts'
import type { Turn } from './findings.ts'
import { type Assumption, type Forecast, forecast } from './forecast.ts'
import { dayOf } from './habits.ts'
import { step } from './home.ts'
import { SPEAKS_ON_USE } from './home-blind.ts'
import { personalGrounds } from './inactivity-personal.ts'
import { speaksOnUseOnly } from './speaks-on-use.ts'
import { homePower } from './standby.ts'
import { type DeviceState, draftOf, type HomeState } from './state.ts'
import { LEARNED_DAYS } from './trend.ts'
import { homeWater } from './water-quiet.ts'

type Watched = DeviceKind | 'any'
type Switch = { [Kind in keyof RuleSettings]: RuleSettings[Kind] extends { enabled: boolean } ? Kind : never }

/** What each rule looks at, and what must go on for it to speak by itself; null: only a report makes it speak. */
const RULES: readonly {
  kind: FindingKind
  setting?: Switch[keyof Switch]
  sees: Watched
  after: Assumption | null
}[] = [
  { kind: 'smoke.alarm', sees: 'smoke', after: null },
  { kind: 'inactivity.personal', setting: 'inactivity.personal', sees: 'water', after: 'quiet' },
  { kind: 'inactivity.water_volume', setting: 'inactivity.water_volume', sees: 'water', after: 'quiet' },
  { kind: 'inactivity.water_none', setting: 'inactivity.water_none', sees: 'water', after: 'quiet' },
  {
    kind: 'inactivity.electricity_flat',
    setting: 'inactivity.electricity_flat',
    sees: 'electricity',
    after: 'quiet',
  },
  { kind: 'routine.late_rising', setting: 'routine.late_rising', sees: 'water', after: 'quiet' },
  { kind: 'routine.no_evening', setting: 'routine.no_evening', sees: 'water', after: 'quiet' },
  { kind: 'routine.night_restlessness', setting: 'routine.night_restlessness', sees: 'water', after: null },
  { kind: 'routine.falling_trend', setting: 'routine.falling_trend', sees: 'water', after: null },
  { kind: 'water.continuous_flow', setting: 'water.continuous_flow', sees: 'water', after: null },
  { kind: 'water.flood', setting: 'water.flood', sees: 'water', after: null },
  { kind: 'electricity.left_on', setting: 'electricity.left_on', sees: 'electricity', after: null },
  { kind: 'electricity.overload', setting: 'electricity.overload', sees: 'electricity', after: null },
  { kind: 'away.seems_back', setting: 'away.seems_back', sees: 'water', after: null },
  { kind: 'device.silent', setting: 'device.silent', sees: 'any', after: 'silence' },
  { kind: 'device.never_heard', setting: 'device.never_heard', sees: 'any', after: 'silence' },
  { kind: 'home.blind', setting: 'home.blind', sees: 'any', after: 'silence' },
  { kind: 'device.battery_low', setting: 'device.battery_low', sees: 'any', after: null },
  { kind: 'device.tamper', setting: 'device.tamper', sees: 'any', after: null },
  { kind: 'device.register', setting: 'device.register', sees: 'any', after: null },
]

/** What the rules make of a home at `now`: why each says nothing, how soon it could, and how well its habits are known. */
export function outlook(state: HomeState, now: EpochMs, context: RuleContext): Outlook {
  const current =
    state.due !== null && state.due <= now ? step(state, { type: 'deadline' }, now, context).state : state
  const turn: Turn = { home: draftOf(current), now, context, findings: [] }
  return { rules: linesOf(turn), atBest: atBest(turn), learning: learningOf(turn) }
}

/**
 * Why each rule says nothing of this home now: when it would, if nothing is used or nothing is heard; what it waits
 * for; or why it cannot see. A rule that speaks of several devices has a line for each.
 */
export const whyNot = (state: HomeState, now: EpochMs, context: RuleContext): WhyNot[] =>
  outlook(state, now, context).rules

function learningOf({ home: { personal }, now }: Turn): Learning | null {
  if (personal === null) return null
  const { baseline } = personal
  const days = Math.min(LEARNING_DAYS, Math.round(learnedDays(baseline, dayOf(now))))
  return { days, of: LEARNING_DAYS, learning: isLearning(baseline, dayOf(now)) }
}

function linesOf(turn: Turn): WhyNot[] {
  const { home: current, now, context } = turn
  const ahead: Record<Assumption, Forecast[]> = {
    quiet: forecast(current, now, context, 'quiet'),
    silence: forecast(current, now, context, 'silence'),
  }
  return RULES.flatMap((rule) => {
    if (rule.setting !== undefined && !context.settings[rule.setting].enabled) return [off(rule.kind)]
    const holding = current.open.filter((open) => open.kind === rule.kind)
    const isMute = rule.kind.startsWith('inactivity.') && current.devices.some(speaksOnUseOnly)
    const coming =
      rule.after === null || isMute ? [] : ahead[rule.after].filter(({ kind }) => kind === rule.kind)
    const said = [
      ...holding.map((open) => holds(turn, rule.kind, open.deviceId ?? null, open.since)),
      ...coming
        .filter(({ deviceId }) => !holding.some((open) => (open.deviceId ?? null) === deviceId))
        .map((one) => wouldSpeak(turn, one, rule.after === 'quiet')),
    ]
    if (said.length > 0) return said
    const blind = blindness(turn, rule.kind, rule.sees)
    return [
      {
        kind: rule.kind,
        deviceId: null,
        at: null,
        grounds: null,
        ...(blind ?? waiting(turn, rule.kind, rule.sees)),
      },
    ]
  })
}

const off = (kind: FindingKind): WhyNot => ({
  kind,
  deviceId: null,
  status: 'off',
  at: null,
  data: { reason: 'off' },
  sentence: { zh: '规则未启用', en: 'Switched off' },
  grounds: null,
})

function holds(turn: Turn, kind: FindingKind, deviceId: string | null, since: EpochMs): WhyNot {
  const time = clockTime(turn.home.zone, since, turn.now)
  return {
    kind,
    deviceId: deviceId as DeviceId | null,
    status: 'holds',
    at: since,
    data: { since: iso(since) },
    sentence: { zh: `条件成立，${time.zh}起`, en: `Holds since ${time.en}` },
    grounds: null,
  }
}

function wouldSpeak(turn: Turn, { kind, deviceId, at }: Forecast, ifQuiet: boolean): WhyNot {
  const time = clockTime(turn.home.zone, at, turn.now)
  const grounds = kind === 'inactivity.personal' ? personalGrounds(turn) : null
  const when = ifQuiet
    ? {
        zh: `若一直无人用水用电，将于${time.zh}告警`,
        en: `Would speak at ${time.en} if nothing is used until then`,
      }
    : {
        zh: `若一直无上报，将于${time.zh}告警`,
        en: `Would speak at ${time.en} if nothing is heard until then`,
      }
  const { data, clauses } = circumstances(turn, turn.now)
  const said = sentenceOf(grounds?.sentence ?? null, ...(ifQuiet ? clauses : []))
  const behind = said.zh === '' ? null : said
  return {
    kind,
    deviceId: deviceId as DeviceId | null,
    status: 'would_speak',
    at,
    data: {
      at: iso(at),
      if: ifQuiet ? 'nothing_used' : 'nothing_heard',
      ...grounds?.data,
      ...(ifQuiet ? data : {}),
    },
    sentence: sentenceOf(when, behind),
    grounds: behind,
  }
}

type Reason = Pick<WhyNot, 'status' | 'data' | 'sentence'>
const cannotSee = (reason: string, zh: string, en: string, data: Record<string, Json> = {}): Reason => ({
  status: 'cannot_see',
  data: { reason, ...data },
  sentence: { zh: `无法判断：${zh}`, en: `Cannot see: ${en}` },
})
const waits = (reason: string, zh: string, en: string, data: Record<string, Json> = {}): Reason => ({
  status: 'waits',
  data: { reason, ...data },
  sentence: { zh, en },
})

/** Why a rule that looks at such devices sees nothing; null while it does. */
function blindness(turn: Turn, kind: FindingKind, sees: Watched): Reason | null {
  const devices = turn.home.devices.filter((device) => sees === 'any' || device.kind === sees)
  const name = sees === 'any' ? NAMES.other : NAMES[sees]
  if (devices.length === 0 && kind === 'inactivity.personal' && turn.home.devices.some(isElectric))
    return blindWithoutWater(turn)
  if (devices.length === 0) return cannotSee('no_device', `无${name.zh}`, `no ${name.en.toLowerCase()}`)
  if (kind.startsWith('inactivity.') && devices.some(speaksOnUseOnly))
    return { status: 'cannot_see', data: { reason: 'speaks_on_use_only' }, sentence: SPEAKS_ON_USE }
  const lost = devices.filter((device) => isLost(turn, device))
  const [first] = lost
  // The quiet clock of a home waits for the slowest meter; other rules lose only what the lost device would say.
  const all = kind.startsWith('inactivity.') || kind.startsWith('routine.') ? 1 : devices.length
  if (first !== undefined && lost.length >= all) return lostDevice(turn, first)
  return kind === 'inactivity.electricity_flat' && homePower(turn.home) === null ? noStandby(devices) : null
}

function blindWithoutWater(turn: Turn): Reason | null {
  const meters = turn.home.devices.filter(isElectric)
  const lost = meters.find((device) => isLost(turn, device))
  if (lost !== undefined) return lostDevice(turn, lost)
  if (awayNow(turn) !== null) return null
  return cannotSee('electricity_alone', ELECTRICITY_ALONE.zh, ELECTRICITY_ALONE.en)
}

const isElectric = ({ kind }: DeviceState): boolean => kind === 'electricity'
const ELECTRICITY_ALONE: Sentence = {
  zh: '无水表，仅凭用电目前分不清人和电器，该户的异常安静无人看护',
  en: 'no water meter, and electricity alone does not tell people from machines now: nobody watches this home for inactivity',
}

const isLost = (turn: Turn, device: DeviceState): boolean =>
  device.heardAt === null || silentAt(turn, device, device.heardAt) <= turn.now

function lostDevice(turn: Turn, device: DeviceState): Reason {
  const name = NAMES[device.kind]
  if (device.heardAt === null)
    return cannotSee('never_heard', `${name.zh}从未上报`, `${name.en.toLowerCase()} never heard`)
  const time = clockTime(turn.home.zone, device.heardAt, turn.now)
  return cannotSee(
    'not_heard',
    `${name.zh}${time.zh}后无上报`,
    `${name.en.toLowerCase()} not heard since ${time.en}`,
    { deviceId: device.id, heardAt: iso(device.heardAt) },
  )
}

const noStandby = (devices: readonly DeviceState[]): Reason =>
  devices.some((device) => device.online === false)
    ? cannotSee(
        'offline',
        '电表离线，可能停电',
        'the electricity meter is offline, perhaps for want of supply',
      )
    : cannotSee(
        'standby_unknown',
        '待机水平未知，或正停电',
        "the home's standby is not known, or there is no supply",
      )

/** What a rule that sees is waiting for. */
function waiting(turn: Turn, kind: FindingKind, sees: Watched): Reason {
  const learning = daysToLearn(turn, kind)
  if (learning !== null) {
    const { days, of } = learning
    return waits('learning', `学习中，已${days}天，需${of}天`, `Still learning: ${days} of ${of} days`, {
      days,
      of,
    })
  }
  const away = kind.startsWith('inactivity.') || kind.startsWith('routine.') ? awayNow(turn) : null
  if (away !== null) {
    const to = clockTime(turn.home.zone, away.to, turn.now)
    return waits(
      'away',
      `报备外出至${to.zh}，其间不告警`,
      `Said to be away until ${to.en}: says nothing before`,
      {
        awayTo: iso(away.to),
      },
    )
  }
  if (kind === 'away.seems_back')
    return waits(
      'no_away',
      '未报备外出，或外出期间未见活动',
      'No absence was told of, or nobody acted within it',
    )
  const step = kind === 'inactivity.personal' ? coarseStep(homeWater(turn.home)?.tracks ?? []) : null
  if (step !== null)
    return {
      status: 'waits',
      data: { reason: 'coarse_register', ...coarseData(step) },
      sentence: coarseInWords(step),
    }
  if (kind.startsWith('inactivity.'))
    return waits(
      'report',
      '等待下一次上报',
      'Waits for the next report: none can vouch for the time since the last',
    )
  if (kind === 'routine.late_rising' || kind === 'routine.no_evening')
    return waits(
      'day_part',
      '今日此时段已有用水或不作判断',
      'This part of the day has been used, or says nothing today',
    )
  if (kind === 'routine.falling_trend' || kind === 'routine.night_restlessness')
    return waits(
      'day',
      '每日04:00回顾，目前未见变化',
      'Looks at each day when it has ended, and sees no change now',
    )
  if (kind === 'device.never_heard')
    return waits('all_heard', '所有设备均已上报过', 'Every device has been heard')
  const name = sees === 'any' ? NAMES.other : NAMES[sees]
  return waits('report', `等待${name.zh}报告异常`, `Waits for the ${name.en.toLowerCase()} to report it`)
}

const awayNow = ({ context, now }: Turn): Away | null =>
  (context.away ?? []).find((one) => one.source === 'planned' && one.from <= now && now < one.to) ?? null

/** How many like days are known and how many are needed; null once there are enough, or where none are needed. */
function daysToLearn({ home, context }: Turn, kind: FindingKind): { days: number; of: number } | null {
  const { days } = home
  let known: number
  let of: number
  switch (kind) {
    case 'routine.late_rising':
    case 'routine.no_evening':
      known = (kind === 'routine.late_rising' ? days?.mornings : days?.evenings)?.length ?? 0
      of = context.settings[kind].minDays
      break
    case 'routine.falling_trend':
    case 'routine.night_restlessness':
      known = (kind === 'routine.falling_trend' ? days?.litres : days?.nightUses)?.[0] ?? 0
      of = LEARNED_DAYS
      break
    default:
      return null
  }
  return known < of ? { days: known, of } : null
}
