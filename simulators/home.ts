import type { DeviceId, HomeId } from '../contracts/ids.ts'
import type { EpochMs } from '../contracts/time.ts'
import { type Fault, underFault } from './fault.ts'
import type { Habits } from './habits.ts'
import { makeHousehold } from './household.ts'
import { type Incident, lifeUnder, smokeUnder } from './incident.ts'
import {
  electricityMeter,
  type Place,
  QUARTER_HOURLY,
  type Reporting,
  smokeDetector,
  waterMeter,
} from './meter.ts'
import { Registers } from './registers.ts'
import { merge, type Source } from './report.ts'

export type DeviceRole = 'water' | 'electricity' | 'smoke'

export interface HomePlan {
  homeId: HomeId
  seed: string
  zone: string
  /** From here on the home is simulated and its registers count. */
  originMs: EpochMs
  devices: Record<DeviceRole, DeviceId>
  tune?: Partial<Habits>
  reporting?: Reporting
  smokeCadenceMs?: number
  incidents?: readonly Incident[]
  /** `device` null: all three. */
  faults?: readonly { device: DeviceRole | null; fault: Fault }[]
}

export interface SimulatedHome {
  plan: HomePlan
  registers: Registers
  /** What its three devices send. */
  source: Source
}

export function simulateHome(plan: HomePlan): SimulatedHome {
  const { homeId, seed, zone, originMs, devices, incidents = [], reporting = QUARTER_HOURLY } = plan
  let { life } = makeHousehold(seed, zone, plan.tune)
  for (const incident of incidents) life = lifeUnder(incident, life, seed)
  const registers = new Registers(seed, zone, life, originMs)
  const place = (device: DeviceRole): Place => ({ homeId, deviceId: devices[device], zone, originMs })

  let detector = smokeDetector(place('smoke'), plan.smokeCadenceMs)
  for (const incident of incidents) detector = smokeUnder(incident, detector, place('smoke'))
  const sources: Record<DeviceRole, Source> = {
    water: waterMeter(place('water'), registers, reporting),
    electricity: electricityMeter(place('electricity'), registers, reporting),
    smoke: detector,
  }
  const faulty = (role: DeviceRole) =>
    (plan.faults ?? [])
      .filter(({ device }) => device === null || device === role)
      .reduce((source, { fault }) => underFault(fault, source, seed), sources[role])
  return { plan, registers, source: merge([faulty('water'), faulty('electricity'), faulty('smoke')]) }
}
