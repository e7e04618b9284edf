import type { Evidence } from '../contracts/finding.ts'
import { type EpochMs, HOUR_MS, iso } from '../contracts/time.ts'
import { SWITCHED_OFF } from './device-silent.ts'
import { clockTime, lengthOfTime, sentenceOf } from './explanation.ts'
import { clear, openFinding, raise, type Turn } from './findings.ts'
import { type Load, longestSoFar } from './load.ts'
import { hourOfDay } from './local-time.ts'
import { SMOKE_GAP, smokeGap } from './smoke-cover.ts'
import type { PowerTrack } from './standby.ts'

const KIND = 'electricity.left_on'
const NIGHT = { from: 23, to: 6 }
/** Longer than ever before says nothing while there is no before. */
const LEARNED_HOURS = 14 * 24

type Burning = NonNullable<Load['on']> & { longestMs: number; longestAt: EpochMs }

/** electricity.left_on: a cooker or heater on into the night, longer than ever before. Comes and goes with reports. */
export function settleLeftOn(turn: Turn): null {
  const rule = turn.context.settings[KIND]
  for (const device of turn.home.devices) {
    for (const track of device.power) {
      const subject = track.channel === '' ? device.id : `${device.id}#${track.channel}`
      const open = openFinding(turn.home, KIND, subject)
      const load = burning(track)
      if (open !== undefined) {
        if (!rule.enabled) clear(turn, open, SWITCHED_OFF)
        else if (load === null || load.since > open.since) clear(turn, open, switchedOff(turn, track))
        continue
      }
      if (!rule.enabled || load === null || !isUnusual(turn, track, load)) continue
      raise(turn, {
        kind: KIND,
        severity: smokeGap(turn) === null ? 'P3' : 'P2',
        subject,
        deviceId: device.id,
        since: load.since,
        evidence: leftOnEvidence(turn, load),
      })
    }
  }
  return null
}

const burning = ({ load }: PowerTrack): Burning | null =>
  load?.on === undefined ? null : { ...load.on, longestMs: load.longestMs, longestAt: load.longestAt }

function isUnusual(turn: Turn, track: PowerTrack, load: Burning): boolean {
  const { hours, factor } = turn.context.settings[KIND]
  const length = load.until - load.since
  if (length < hours * HOUR_MS || length < factor * longestSoFar(load, load.until)) return false
  const hour = hourOfDay(turn.home.zone, load.until)
  const night = hour >= NIGHT.from || hour < NIGHT.to
  return night && track.hours.reduce((sum, count) => sum + count, 0) >= LEARNED_HOURS
}

function leftOnEvidence(turn: Turn, load: Burning): Evidence {
  const { watts } = turn.context.settings[KIND]
  const time = clockTime(turn.home.zone, load.since, turn.now)
  const length = lengthOfTime(load.until - load.since)
  const longestMs = Math.round(longestSoFar(load, load.until))
  const longest = lengthOfTime(longestMs)
  const gap = smokeGap(turn)
  return {
    data: {
      since: iso(load.since),
      onMs: load.until - load.since,
      overStandbyWatts: watts,
      longestMs,
      ...(gap === null ? {} : { smokeDetector: gap.reason }),
    },
    sentence: sentenceOf(
      {
        zh: `${time.zh}起大功率电器未关，已${length.zh}`,
        en: `A heavy load has been on since ${time.en}, ${length.en}`,
      },
      { zh: `以往最长${longest.zh}`, en: `never longer than ${longest.en} before` },
      gap === null ? null : SMOKE_GAP[gap.reason],
    ),
  }
}

function switchedOff(turn: Turn, track: PowerTrack): Evidence {
  const at = track.register.at
  const time = clockTime(turn.home.zone, at, turn.now)
  return {
    data: { offAt: iso(at) },
    sentence: { zh: `${time.zh}前后已关`, en: `It was off by about ${time.en}` },
  }
}
