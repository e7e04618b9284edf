import { Random } from './random.ts'

/** What is lasting about a resident and a flat: drawn once from the seed. Clock times are minutes after midnight. */
export interface Habits {
  wakeMinute: number
  bedMinute: number
  /** Standard deviation of the clock times from day to day. */
  irregularityMinutes: number
  /** Share of days that go otherwise than the rest: risen hours late after a bad night, or to bed before the evening. */
  oddDayChance: number
  /** How much the liveliness of days varies: standard deviation of its logarithm. */
  moodDeviation: number
  /** Share of meals that are cooked at home on an ordinary day; the others are cold, bought or eaten elsewhere. */
  mealShare: number
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
  /** Share of nights spent with family, from one afternoon to late next morning. */
  overnightChance: number
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
  /** A hot-water dispenser that reheats by itself all day and night; 0: none. */
  dispenserWatts: number
  /** Something that a clock switches, at the same minute every day: an aquarium, a lamp against burglars, a charger. */
  timer: { fromMinute: number; minutes: number; watts: number } | null
  /** A heat pump that keeps a flat warm by itself in the cold half of the year; 0: none. */
  heatPumpWatts: number
  /** Share of evenings after which lamp or television go on burning until morning. */
  forgetsLightsChance: number
}

export function drawHabits(seed: string): Habits {
  const random = Random.of(seed, 'habits')
  const thrifty = random.chance(0.25)
  // One in five is hardly ever at home by day: works on, looks after grandchildren, plays cards elsewhere.
  const outgoing = random.chance(0.22)
  const flushLitres = random.pick([4.5, 6, 6, 6, 9])
  return {
    wakeMinute: random.normalWithin(6.2 * 60, 60, 4 * 60 + 30, 9 * 60),
    bedMinute: random.normalWithin(21.8 * 60, 60, 19.7 * 60, 24.3 * 60),
    irregularityMinutes: 14 + 80 * random.next() ** 2,
    oddDayChance: 0.02 + 0.2 * random.next() ** 2,
    moodDeviation: random.between(0.15, 0.75),
    mealShare: random.between(0.6, 1),
    waterScale: thrifty ? random.between(0.45, 0.75) : random.normalWithin(1.15, 0.4, 0.65, 2.4),
    flushLitres: thrifty ? Math.min(flushLitres, 6) : flushLitres,
    flushShare: thrifty ? random.between(0.5, 0.8) : random.between(0.75, 1),
    toiletEveryMinutes: random.between(130, 300),
    nightVisits: random.normalWithin(1.1, 0.8, 0.1, 3.5),
    morningOutChance: random.between(0.2, 0.85),
    afternoonOutChance: random.between(0.1, 0.55),
    dayOutChance: outgoing ? random.between(0.1, 0.4) : random.between(0.005, 0.06),
    overnightChance: random.chance(0.3) ? random.between(0.005, 0.05) : 0,
    outMinutes: random.between(50, 170),
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
    ...drawMachines(seed),
  }
}

/** What runs by itself, or is left running: the traps of whoever takes electricity for a person. */
function drawMachines(
  seed: string,
): Pick<Habits, 'dispenserWatts' | 'timer' | 'heatPumpWatts' | 'forgetsLightsChance'> {
  const random = Random.of(seed, 'machines')
  return {
    dispenserWatts: random.chance(0.3) ? random.whole(380, 550) : 0,
    timer: random.chance(0.35)
      ? {
          fromMinute: random.between(0, 24 * 60),
          minutes: random.between(20, 480),
          watts: random.pick([20, 45, 90, 300, 800]),
        }
      : null,
    heatPumpWatts: random.chance(0.15) ? random.whole(400, 700) : 0,
    forgetsLightsChance: random.chance(0.4) ? random.between(0.05, 0.4) : 0.01,
  }
}
