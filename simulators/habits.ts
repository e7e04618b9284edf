import { Random } from './random.ts'

/** What is lasting about a resident and a flat: drawn once from the seed. Clock times are minutes after midnight. */
export interface Habits {
  wakeMinute: number
  bedMinute: number
  /** Standard deviation of the clock times from day to day. */
  irregularityMinutes: number
  /** 1 is an ordinary user of water; thrift lies below. */
  waterScale: number
  flushLitres: number
  /** Share of visits to the toilet that end with a flush or with washing hands. */
  flushShare: number
  toiletEveryMinutes: number
  nightVisits: number
  morningOutChance: number
  afternoonOutChance: number
  dayOutChance: number
  outMinutes: number
  napChance: number
  showerEveryDays: number
  showerLitres: number
  footBath: boolean
  laundryEveryDays: number
  washingMachine: boolean
  cooksWith: 'gas' | 'electricity'
  /** A storage water heater that warms up by itself, a trap for whoever takes every kilowatt for a person. */
  boiler: boolean
  boilerWatts: number
  televisionWatts: number
  televisionByDay: boolean
  standbyWatts: number
  fridgeWatts: number
  fridgePeriodMinutes: number
  heaterWatts: number
  coolerWatts: number
}

export function drawHabits(seed: string): Habits {
  const random = Random.of(seed, 'habits')
  const thrifty = random.chance(0.25)
  const flushLitres = random.pick([4.5, 6, 6, 6, 9])
  return {
    wakeMinute: random.normalWithin(6 * 60, 45, 4 * 60 + 30, 8 * 60),
    bedMinute: random.normalWithin(21.6 * 60, 45, 20 * 60, 23.5 * 60),
    irregularityMinutes: random.between(10, 35),
    waterScale: thrifty ? random.between(0.5, 0.75) : random.normalWithin(1, 0.25, 0.65, 1.6),
    flushLitres: thrifty ? Math.min(flushLitres, 6) : flushLitres,
    flushShare: thrifty ? random.between(0.6, 0.8) : random.between(0.8, 1),
    toiletEveryMinutes: random.between(150, 280),
    nightVisits: random.normalWithin(0.9, 0.5, 0.2, 2.5),
    morningOutChance: random.between(0.25, 0.8),
    afternoonOutChance: random.between(0.1, 0.4),
    dayOutChance: random.between(0.005, 0.03),
    outMinutes: random.between(50, 130),
    napChance: random.between(0.2, 0.95),
    showerEveryDays: random.between(1.2, 4),
    showerLitres: random.between(22, 45),
    footBath: random.chance(0.6),
    laundryEveryDays: random.between(2.5, 7),
    washingMachine: random.chance(0.8),
    cooksWith: random.chance(0.65) ? 'gas' : 'electricity',
    boiler: random.chance(0.35),
    boilerWatts: random.pick([1500, 2000]),
    televisionWatts: random.whole(60, 140),
    televisionByDay: random.chance(0.4),
    standbyWatts: random.whole(8, 35),
    fridgeWatts: random.whole(70, 120),
    fridgePeriodMinutes: random.between(42, 75),
    heaterWatts: random.pick([0, 600, 800, 1200]),
    coolerWatts: random.pick([0, 500, 700, 900]),
  }
}
