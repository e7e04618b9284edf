import { DAY_MS, type EpochMs, HOUR_MS } from '../contracts/time.ts'
import { laterScenes, openingScenes, type Scene } from './demo-scenes.ts'
import { type District, makeDistrict } from './district.ts'
import { drawHabits, type Habits } from './habits.ts'
import { type DeviceRole, type SimulatedHome, simulateHome } from './home.ts'
import { bySendingTime, encode, type SimMessage } from './report.ts'

const SEED = 'shouwang-demo'
export const DEMO_HISTORY_DAYS = 21
/** What the devices are registered with. */
export const DEMO_CADENCE_S: Record<DeviceRole, number> = { water: 900, electricity: 900, smoke: 14_400 }

/** The community of the demo, and what happens in it, told from its very first start. */
export interface DemoStory {
  /** Civil time of the first start: history lies before it, the script after it. */
  t0: EpochMs
  zone: string
  district: District
  /** In the order of `district.homes`. */
  homes: SimulatedHome[]
  scenes: Scene[]
}

/** The same `t0` gives the same story, so a demo that starts again goes on where it was, registers and all. */
export function makeDemoStory(t0: EpochMs, zone = 'Asia/Shanghai'): DemoStory {
  const district = makeDistrict(SEED, { compounds: 3, homes: 54 }, 'demo')
  const opening = openingScenes(t0)
  const scenes = [...opening, ...laterScenes(SEED, t0, district.homes.length, opening)]
  const homes = district.homes.map(({ id, seed, devices }, n) => {
    const own = scenes.filter(({ home }) => home === n)
    return simulateHome({
      homeId: id,
      seed,
      zone,
      originMs: t0 - DEMO_HISTORY_DAYS * DAY_MS,
      devices,
      tune: calm(drawHabits(seed)),
      smokeCadenceMs: DEMO_CADENCE_S.smoke * 1000,
      incidents: own.flatMap(({ incidents }) => incidents),
      faults: own.flatMap(({ faults }) => faults),
    })
  })
  return { t0, zone, district, homes, scenes }
}

/**
 * The district's rule, less than 10 L in 12 h, would ring for the thrifty and for whoever is out all day several times a
 * day. The demo's residents are drawn to the middle, so that what rings is mostly what the script meant to ring.
 */
const calm = (habits: Habits): Partial<Habits> => ({
  dayOutChance: 0,
  overnightChance: 0,
  oddDayChance: 0,
  irregularityMinutes: Math.min(habits.irregularityMinutes, 30),
  moodDeviation: 0.08,
  mealShare: 1,
  wakeMinute: Math.min(habits.wakeMinute, 7 * 60),
  bedMinute: Math.max(habits.bedMinute, 21 * 60),
  toiletEveryMinutes: Math.min(habits.toiletEveryMinutes, 250),
  afternoonOutChance: Math.min(habits.afternoonOutChance, 0.4),
  outMinutes: Math.min(habits.outMinutes, 120),
  waterScale: Math.max(habits.waterScale, 1),
  flushShare: Math.max(habits.flushShare, 0.9),
  flushLitres: Math.max(habits.flushLitres, 6),
  nightVisits: Math.max(habits.nightVisits, 1.2),
})

/** Every message sent in [fromMs, toMs), in time order. */
export function* demoHistory(story: DemoStory, fromMs: EpochMs, toMs: EpochMs): Generator<SimMessage> {
  for (let start = fromMs; start < toMs; start += 6 * HOUR_MS) {
    yield* windowOf(story, start, Math.min(toMs, start + 6 * HOUR_MS))
  }
}

/** Every message from `fromMs` on, without end; made an hour ahead. */
export function* demoLive(story: DemoStory, fromMs: EpochMs): Generator<SimMessage> {
  for (let start = fromMs; ; start += HOUR_MS) yield* windowOf(story, start, start + HOUR_MS)
}

function windowOf(story: DemoStory, fromMs: EpochMs, toMs: EpochMs): SimMessage[] {
  return bySendingTime(story.homes.flatMap(({ source }) => source(fromMs, toMs))).map(encode)
}
