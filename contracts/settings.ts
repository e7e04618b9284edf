import { z } from 'zod'

const enabled = (on: boolean) => ({ enabled: z.boolean().default(on) })
const positive = (value: number) => z.number().positive().default(value)
const share = z.number().min(0.5).max(1).default(0.98)
const minDays = z.int().min(7).max(28).default(14)
const rule = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape).prefault({} as never)

/**
 * The settings of all rules: one document, checked as a whole, unknown keys refused; what is left out has its default.
 * The same form serves the service, `npm run replay -- --rules FILE` and a trial run. `version` grows with every change
 * and is named by each alert that was raised under it.
 */
export const RuleSettings = z.strictObject({
  version: z.int().min(1).default(1),
  /** After "resolved" while a finding still holds, it stays quiet this long and then reopens. Never applies to smoke. */
  quietHoursAfterResolve: positive(4),
  /** A smoke report older than this is a task to look into, not an alarm. */
  'smoke.alarm': rule({ presentHours: positive(24) }),
  'inactivity.personal': rule({
    ...enabled(true),
    budgetPer30Days: positive(0.5),
    /** Up to this the budget grows for a home that is often out for whole days; a lower number than the budget changes nothing. */
    oftenAwayBudgetPer30Days: positive(1),
    capHours: positive(20),
  }),
  /** The Shanghai district rule: less than `litres` in `hours`. The Haishu variant is 24 h and 8 L. */
  'inactivity.water_volume': rule({ ...enabled(false), hours: positive(12), litres: positive(10) }),
  /** No water at all for `hours`. */
  'inactivity.water_none': rule({ ...enabled(false), hours: positive(16) }),
  /** Power never left the home's own standby band for `hours`; `marginWatts` is the width of the band at least. */
  'inactivity.electricity_flat': rule({ ...enabled(false), hours: positive(16), marginWatts: positive(30) }),
  /** Water that never stops for `hours`, at `litresPerHour` or more in every hour. */
  'water.continuous_flow': rule({ ...enabled(true), hours: positive(4), litresPerHour: positive(3) }),
  /** Not heard for `intervals` of its own reporting interval, and for `minHours` at least. */
  'device.silent': rule({ ...enabled(true), intervals: positive(4), minHours: positive(3) }),
  /** Water meters are heard and nobody uses any, where somebody always does: `surprise` in nats by the place's own rhythm. */
  'neighbourhood.quiet': rule({
    ...enabled(true),
    homes: z.int().min(2).default(5),
    surprise: positive(12),
    /** After the first use the rest of the homes have this long to show theirs. */
    settleMinutes: positive(60),
    /** An alert of a home waits within the incident no longer than this. */
    holdHours: positive(12),
  }),
  /** `homes` or `sharePercent` of a place, whichever is more, were last heard within the same `windowMinutes`. */
  'neighbourhood.silent': rule({
    ...enabled(true),
    homes: z.int().min(2).default(3),
    sharePercent: z.number().min(1).max(100).default(30),
    windowMinutes: positive(90),
    settleMinutes: positive(60),
  }),
  /** Before an `inactivity.*` alert opens the resident is asked, where there is a phone and a channel. */
  checkIn: rule({ ...enabled(false), waitMinutes: positive(30) }),
  'device.battery_low': rule({ ...enabled(true), percent: positive(15) }),
  /** No use of the morning, or the evening, by when it was used on this share of the last like days, and `marginHours`. */
  'routine.late_rising': rule({ ...enabled(true), share, marginHours: positive(1), minDays }),
  'routine.no_evening': rule({ ...enabled(true), share, marginHours: positive(1), minDays }),
  /** Nights of the last week against those before: so many more uses a night. */
  'routine.night_restlessness': rule({ ...enabled(true), uses: positive(1.5) }),
  /** Use of the last weeks down by this share of what it was, or its share by night up by `nightShare`. */
  'routine.falling_trend': rule({
    ...enabled(true),
    share: z.number().min(0.05).max(1).default(0.4),
    nightShare: positive(0.15),
  }),
  /** `factor` times the most that the home ever used in two hours, and `litres` at least. */
  'water.flood': rule({ ...enabled(true), factor: z.number().min(1).default(2.5), litres: positive(300) }),
  /** A load of `watts` above standby, by night, for `hours` at least and `factor` times as long as ever before. */
  'electricity.left_on': rule({
    ...enabled(true),
    watts: positive(500),
    hours: positive(4),
    factor: z.number().min(1).default(1.5),
  }),
  /** More than the meter of a flat is built for: 40 A at 220 V. */
  'electricity.overload': rule({ ...enabled(true), watts: positive(8_800) }),
  'device.tamper': rule({ ...enabled(true) }),
  /** A register that leapt or began anew; told of for `holdDays`, unless the device is registered anew. */
  'device.register': rule({ ...enabled(true), holdDays: positive(7) }),
  /** Registered in a home and not heard for `hours`, nor for two of its intervals. */
  'device.never_heard': rule({ ...enabled(true), hours: positive(24) }),
  /** Somebody acts in a home that is said to be away. */
  'away.seems_back': rule({ ...enabled(true) }),
  /** No meter heard for `hours`, and each of them silent. */
  'home.blind': rule({ ...enabled(true), hours: positive(12) }),
})
export type RuleSettings = z.infer<typeof RuleSettings>

export const defaultRuleSettings: RuleSettings = RuleSettings.parse({})
