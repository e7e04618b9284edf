import { type Evidence, type FindingKind, familyOf, type Sentence } from '../contracts/finding.ts'
import { type EpochMs, iso } from '../contracts/time.ts'
import { clockTime } from './explanation.ts'
import { clear, type Turn } from './findings.ts'
import { draftOfDevice } from './state.ts'

/** Signs that somebody has not begun a part of the day; those who answer have. */
const EARLY_SIGNS: readonly FindingKind[] = ['routine.late_rising', 'routine.no_evening']

/** The resident says that all is well: every quiet clock starts again from then, water and electricity alike. */
export function takeSignOfLife(turn: Turn, at: EpochMs): void {
  const { home } = turn
  home.signOfLifeAt = Math.max(home.signOfLifeAt ?? 0, at)
  home.usedAt = { volume: Math.max(home.usedAt.volume, at), none: Math.max(home.usedAt.none, at) }
  if (home.personal !== null) home.personal = { ...home.personal, usedAt: Math.max(home.personal.usedAt, at) }
  home.devices = home.devices.map(draftOfDevice)
  for (const device of home.devices)
    for (const track of device.power)
      if (track.standbySince !== null) track.standbySince = Math.max(track.standbySince, at)
  for (const open of home.open)
    if (familyOf(open.kind) === 'inactivity' || EARLY_SIGNS.includes(open.kind))
      clear(turn, open, answered(turn, at))
}

/** Said in the reasons of a quiet that the resident's own word has cut short; null where it has not. */
export function signOfLifeInWords(turn: Turn, since: EpochMs): Sentence | null {
  const { signOfLifeAt } = turn.home
  if (signOfLifeAt === undefined || signOfLifeAt <= since) return null
  const time = clockTime(turn.home.zone, signOfLifeAt, turn.now)
  return { zh: `${time.zh}本人曾回复平安`, en: `the resident said at ${time.en} that all was well` }
}

function answered(turn: Turn, at: EpochMs): Evidence {
  const time = clockTime(turn.home.zone, at, turn.now)
  return {
    data: { answeredAt: iso(at) },
    sentence: { zh: `${time.zh}本人回复平安`, en: `The resident said at ${time.en} that all is well` },
  }
}
