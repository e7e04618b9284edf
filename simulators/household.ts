import type { EpochMs } from '../contracts/time.ts'
import { MINUTE_MS } from '../contracts/time.ts'
import { type CivilDay, civilDay, instantOf } from './civil-day.ts'
import { type DayPlan, isUp, planDay } from './day-plan.ts'
import { drawHabits, type Habits } from './habits.ts'
import { houseLoad, winterness } from './house-load.ts'
import { Random } from './random.ts'
import { clip, inOrder, type Life, type PersonCause, type Use } from './use.ts'

export interface Household {
  seed: string
  zone: string
  habits: Habits
  life: Life
}

/** The person and the flat of one seed. `tune` fixes habits that a story needs. */
export function makeHousehold(seed: string, zone: string, tune: Partial<Habits> = {}): Household {
  const habits = { ...drawHabits(seed), ...tune }
  const life: Life = (day) => {
    // The night after yesterday's day is in today's small hours.
    const lived = [...livedDay(seed, habits, civilDay(zone, day.index - 1)), ...livedDay(seed, habits, day)]
    const uses = [...lived, ...houseLoad(seed, habits, day)]
    return inOrder(uses.flatMap((use) => clip(use, day.startMs, day.endMs) ?? []))
  }
  return { seed, zone, habits, life }
}

/** What a resident does from waking until the next waking. */
function livedDay(seed: string, habits: Habits, day: CivilDay): Use[] {
  const plan = planDay(seed, habits, day)
  const scribe = new Scribe(day, plan, habits.waterScale)
  const random = Random.of(seed, 'life', day.index)
  rise(scribe, plan, random)
  meals(scribe, plan, habits, random)
  toiletVisits(scribe, plan, habits, random)
  drinks(scribe, plan, random)
  housework(scribe, plan, habits, random)
  evening(scribe, plan, habits, random)
  climate(scribe, plan, habits, random)
  if (Random.of(seed, 'forgotten', day.index).chance(habits.forgetsLightsChance))
    leftBurning(scribe, plan, habits)
  night(scribe, plan, habits, random)
  return scribe.uses
}

/** Writes uses down at minutes of the day, leaving out those for which the resident is not there or sleeps. */
class Scribe {
  readonly uses: Use[] = []
  readonly day: CivilDay
  private readonly plan: DayPlan
  private readonly waterScale: number

  constructor(day: CivilDay, plan: DayPlan, waterScale: number) {
    this.day = day
    this.plan = plan
    this.waterScale = waterScale
  }

  /** Scaled by the resident's thrift. `litresPerMinute` says how long the tap runs. */
  water(cause: PersonCause, minute: number, litres: number, litresPerMinute = 5): void {
    if (isUp(this.plan, minute)) this.run(cause, minute, litres * this.waterScale, litresPerMinute)
  }

  /** A cistern takes what it takes, at any hour. */
  run(cause: PersonCause, minute: number, litres: number, litresPerMinute: number): void {
    const millilitres = Math.max(100, Math.round(litres * 1000))
    const startMs = this.instant(minute)
    const endMs = startMs + Math.max(2_000, Math.round((millilitres / 1000 / litresPerMinute) * MINUTE_MS))
    this.uses.push({ resource: 'water', cause, startMs, endMs, millilitres })
  }

  power(cause: PersonCause, minute: number, minutes: number, watts: number): void {
    if (isUp(this.plan, minute)) this.burn(cause, minute, minutes, watts)
  }

  burn(cause: PersonCause, minute: number, minutes: number, watts: number): void {
    if (minutes <= 0 || watts <= 0) return
    const startMs = this.instant(minute)
    const endMs = startMs + Math.round(minutes * MINUTE_MS)
    this.uses.push({ resource: 'electricity', cause, startMs, endMs, watts: Math.round(watts) })
  }

  /** Something that burns only while the resident is up: cut where he goes out or naps. */
  whileUp(cause: PersonCause, from: number, to: number, watts: number): void {
    let start: number | null = null
    const last = Math.floor(to)
    for (let minute = Math.floor(from); minute <= last; minute += 1) {
      const on = minute < last && isUp(this.plan, minute)
      if (on && start === null) start = minute
      if (!on && start !== null) {
        this.burn(cause, start, minute - start, watts)
        start = null
      }
    }
  }

  private instant(minute: number): EpochMs {
    return instantOf(this.day, minute)
  }
}

function rise(scribe: Scribe, plan: DayPlan, random: Random): void {
  scribe.water('washing', plan.wake + random.between(4, 15), random.between(2.5, 5))
  const tea = plan.wake + random.between(8, 25)
  kettle(scribe, tea, random)
}

function kettle(scribe: Scribe, minute: number, random: Random): void {
  const litres = random.between(0.8, 1.8)
  scribe.water('kettle', minute, litres)
  scribe.power('kettle', minute + 1, litres * 3.5, 1800)
}

function meals(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  const share = Math.min(1, habits.mealShare * plan.liveliness)
  const spread = 12 + habits.irregularityMinutes / 2
  const meal = (minute: number, size: number) => {
    if (random.chance(share)) cook(scribe, minute, size, habits, random)
    else scribe.water('hand_washing', minute + 40, random.between(0.4, 2))
  }
  meal(plan.wake + random.between(20, 50), 0.5)
  meal(random.normal(11 * 60 + 15, spread), 1)
  meal(random.normal(17 * 60 + 10, spread), 0.9)
}

/** Washing rice and vegetables, cooking, eating, and the dishes after it. `size` 1 is a full dinner. */
function cook(scribe: Scribe, minute: number, size: number, habits: Habits, random: Random): void {
  for (let rinse = 0; rinse < Math.ceil(2 * size); rinse += 1) {
    scribe.water('cooking', minute + random.between(0, 12), size * random.between(1.2, 3))
  }
  if (random.chance(0.7 * size)) scribe.power('cooking', minute + 5, random.between(22, 32), 550)
  const stove = habits.cooksWith === 'electricity' ? 1600 : 130
  scribe.power('cooking', minute + random.between(10, 20), size * random.between(10, 22), stove)
  const eaten = minute + random.between(40, 65)
  scribe.water('dishes', eaten, size * random.between(4, 8), 6)
  scribe.water('hand_washing', eaten + 6, random.between(0.4, 1.2))
}

function toiletVisits(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  if (isUp(plan, plan.wake + 1)) visit(scribe, plan.wake + random.between(1, 6), 1, habits, random)
  let minute = plan.wake + random.between(60, habits.toiletEveryMinutes)
  while (minute < plan.bed - 20) {
    if (isUp(plan, minute)) visit(scribe, minute, habits.flushShare, habits, random)
    minute +=
      (habits.toiletEveryMinutes * random.between(0.5, 1.5)) / Math.min(1.2, 0.4 + 0.6 * plan.liveliness)
  }
  const last = plan.bed - random.between(3, 15)
  if (isUp(plan, last)) visit(scribe, last, habits.flushShare, habits, random)
}

function visit(scribe: Scribe, minute: number, flushShare: number, habits: Habits, random: Random): void {
  if (random.chance(flushShare)) scribe.run('toilet', minute, habits.flushLitres, 6)
  if (random.chance(0.8)) scribe.water('hand_washing', minute + 1.5, random.between(0.4, 1.2))
}

function drinks(scribe: Scribe, plan: DayPlan, random: Random): void {
  const afterNap = (plan.nap?.to ?? 14 * 60) + random.between(5, 40)
  const often = Math.min(1, plan.liveliness)
  if (random.chance(0.85 * often)) kettle(scribe, afterNap, random)
  if (random.chance(0.35 * often)) kettle(scribe, random.between(9 * 60, 10.5 * 60), random)
  if (random.chance(0.35 * often)) kettle(scribe, random.between(18.5 * 60, 20 * 60), random)
}

function housework(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  if (random.chance(1 / habits.laundryEveryDays)) {
    const start = plan.wake + random.between(60, 150)
    const fills = habits.washingMachine ? 3 : 4
    for (let fill = 0; fill < fills; fill += 1) {
      scribe.water('laundry', start + fill * random.between(10, 14), habits.washingMachine ? 14 : 7, 8)
    }
    if (habits.washingMachine) scribe.power('laundry', start + 3, random.between(38, 55), 280)
  }
  if (random.chance(0.3)) scribe.water('cleaning', random.between(9 * 60, 10.5 * 60), random.between(3, 9), 6)
  if (random.chance(0.3)) scribe.water('hand_washing', random.between(14 * 60, 17 * 60), random.between(1, 3))
}

function evening(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  const dusk = (18.2 - 1.2 * winterness(scribe.day)) * 60
  scribe.whileUp('lamp', dusk, plan.bed, 24)
  scribe.whileUp('lamp', plan.wake, 6.5 * 60, 24)
  const televisionFrom = random.normal(18.6 * 60, 25)
  scribe.whileUp('television', televisionFrom, plan.bed - random.between(5, 40), habits.televisionWatts)
  if (habits.televisionByDay) {
    const from = random.between(9 * 60, 10 * 60)
    scribe.whileUp('television', from, from + random.between(40, 110), habits.televisionWatts)
  }
  const wash = plan.bed - random.between(25, 70)
  if (random.chance(0.5 + 0.5 * Math.min(1, plan.liveliness)))
    scribe.water('washing', wash, random.between(2, 4))
  if (random.chance(1 / habits.showerEveryDays)) {
    scribe.water('shower', wash - 15, habits.showerLitres * random.between(0.7, 1.3), 6)
  } else if (habits.footBath) {
    scribe.water('foot_bath', wash + 8, random.between(4, 7))
  }
}

function climate(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  const winter = winterness(scribe.day)
  if (winter > 0.5 && random.chance(0.8)) {
    scribe.whileUp('heating', random.between(18 * 60, 19 * 60), plan.bed, habits.heaterWatts)
  }
  if (winter < -0.5 && random.chance(0.7)) {
    scribe.whileUp('cooling', random.between(12 * 60, 14 * 60), 17 * 60, habits.coolerWatts)
    scribe.burn('cooling', plan.bed - 10, random.between(90, 240), habits.coolerWatts)
  }
}

/** Whoever dozes off leaves light and television on until morning. */
function leftBurning(scribe: Scribe, plan: DayPlan, habits: Habits): void {
  if (!plan.nightAtHome) return
  scribe.burn('lamp', plan.bed, plan.nextWake - plan.bed, 24)
  scribe.burn('television', plan.bed, plan.nextWake - plan.bed, habits.televisionWatts)
}

/** Visits between going to bed and the next waking: some with a flush, some with a light alone. */
function night(scribe: Scribe, plan: DayPlan, habits: Habits, random: Random): void {
  if (!plan.nightAtHome) return
  const asleep = plan.nextWake - plan.bed
  const visits = Math.max(0, Math.floor(habits.nightVisits * random.between(0.4, 1.6) + random.next()))
  for (let n = 0; n < visits; n += 1) {
    const minute = plan.bed + asleep * random.between(0.3, 0.85)
    scribe.burn('lamp', minute, random.between(3, 9), 12)
    if (random.chance(habits.flushShare * 0.8)) scribe.run('toilet', minute + 2, habits.flushLitres, 6)
    if (random.chance(0.4)) scribe.run('hand_washing', minute + 3, random.between(0.3, 0.8), 5)
  }
}
