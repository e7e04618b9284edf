import type { Sample } from '../contracts/message.ts'
import type { Quality } from '../contracts/reading.ts'
import { DAY_MS, MINUTE_MS } from '../contracts/time.ts'
import type { Refusals } from './refusals.ts'

const MAX_LATENESS_MS = 35 * DAY_MS
const MAX_AHEAD_MS = 10 * MINUTE_MS

/**
 * Decides which samples of one message may keep their time, and which are taken at all.
 * A clock that runs ahead is replaced by arrival (`clock_skew`); of several such samples of one channel only the latest
 * is, because arrival can be the time of one register only. `smoke: true` is never refused: when it is too old to be true it
 * comes alone and at arrival. A retained message is an old state: it is marked, and the rules decide.
 */
export function judgeClocks(
  samples: readonly Sample[],
  receivedAt: number,
  retained: boolean,
  refusals: Refusals,
): Sample[] {
  const latestAhead = latestByChannel(samples.filter((sample) => isAhead(sample, receivedAt)))
  const kept: Sample[] = []
  for (const sample of samples) {
    const judged = isAhead(sample, receivedAt)
      ? judgeAhead(sample, receivedAt, latestAhead, refusals)
      : judgeLate(sample, receivedAt, refusals)
    if (judged !== null) kept.push(retained ? marked(judged, 'retained') : judged)
  }
  return kept
}

const isAhead = (sample: Sample, receivedAt: number): boolean => sample.measuredAt > receivedAt + MAX_AHEAD_MS

function judgeAhead(
  sample: Sample,
  receivedAt: number,
  latest: ReadonlyMap<string, number>,
  refusals: Refusals,
): Sample | null {
  if (sample.values['smoke'] !== true && latest.get(channelKey(sample)) !== sample.measuredAt) {
    refusals.add('in_future', `measured ${minutes(sample.measuredAt - receivedAt)} ahead, and not the latest`)
    return null
  }
  return marked({ ...sample, measuredAt: receivedAt, measuredAtSource: 'broker' }, 'clock_skew')
}

function judgeLate(sample: Sample, receivedAt: number, refusals: Refusals): Sample | null {
  if (sample.measuredAt >= receivedAt - MAX_LATENESS_MS) return sample
  if (sample.values['smoke'] === true) {
    const alone = { ...sample, values: { smoke: true } }
    // No device keeps an alarm back for so long: its clock is wrong, and it rings now. Unless its dialect says "past".
    if (sample.quality.includes('historical')) return alone
    return marked({ ...alone, measuredAt: receivedAt, measuredAtSource: 'broker' }, 'clock_skew')
  }
  refusals.add('too_old', `measured ${Math.floor((receivedAt - sample.measuredAt) / DAY_MS)} days ago`)
  return null
}

function latestByChannel(samples: readonly Sample[]): Map<string, number> {
  const latest = new Map<string, number>()
  for (const sample of samples) {
    const key = channelKey(sample)
    latest.set(key, Math.max(latest.get(key) ?? 0, sample.measuredAt))
  }
  return latest
}

const channelKey = (sample: Sample): string => JSON.stringify([sample.sourceId, sample.channel ?? null])

const marked = (sample: Sample, quality: Quality): Sample => ({
  ...sample,
  quality: sample.quality.includes(quality) ? sample.quality : [...sample.quality, quality],
})

const minutes = (ms: number): string => `${Math.round(ms / MINUTE_MS)} min`
