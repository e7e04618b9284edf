import type { z } from 'zod'
import { asksConsent } from '../contracts/consent.ts'
import type { DeviceId, HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { DeviceKind } from '../contracts/reading.ts'
import type { Device } from '../contracts/registry.ts'
import { defaultRuleSettings, type RuleSettings } from '../contracts/settings.ts'
import { DAY_MS, type EpochMs } from '../contracts/time.ts'
import type { DeviceHealth } from '../store/state/devices.ts'
import type { StateStore } from '../store/state.ts'
import { isSilent } from './home-watch.ts'
import type { Reach } from './permissions.ts'
import { CareReason } from './schemas/onboarding.ts'

export type Reason = z.infer<typeof CareReason>

/** What a technician should know of a device before setting out. */
export interface Care {
  device: Device
  reasons: Reason[]
  cadenceKept: number | null
  clock: 'right' | 'wrong' | 'missing' | null
  /** Mounted there, and standing nowhere until that home agrees. */
  awaitsHomeId: HomeId | null
  /** Sorts by need: the worst reason, then how many, then the longest unheard. */
  mark: string
}

/** Below it a report gets through by luck: the limit of NB-IoT and LoRaWAN in cellars. */
const WEAK_SIGNAL_DBM = -112
const POOR_CADENCE = 0.8
const CADENCE_DAYS = 7
const DAY_S = DAY_MS / 1_000
const PART = 500
const INSTANT_DIGITS = 15

export interface CareFilter {
  reach: Reach
  kind: DeviceKind | null
}

/** Every device in reach that is in use, by what needs a technician first. */
export async function careOfDevices(
  state: StateStore,
  { reach, kind }: CareFilter,
  now: EpochMs,
): Promise<Care[]> {
  const settings = (await state.settings.rules()) ?? defaultRuleSettings
  const gateways = new Map((await state.gateways.all()).map((one) => [one.id, one.jurisdictionId]))
  const all = (await state.devices.all()).filter(
    (device) => device.enabled && (kind === null || device.kind === kind),
  )
  const care: Care[] = []
  for (let from = 0; from < all.length; from += PART) {
    const devices = all.slice(from, from + PART)
    const ids = devices.map(({ id }) => id)
    const homes = await homesOf(state, ids)
    const health = new Map((await state.health.of(ids)).map((one) => [one.deviceId, one]))
    for (const device of devices) {
      const home = homes.get(device.id)
      const at = [
        home?.jurisdictionId,
        device.gatewayId === null ? undefined : gateways.get(device.gatewayId),
      ]
      if (reach.everywhere || at.some((place) => place !== undefined && reach.has(place)))
        care.push(careOf(device, health.get(device.id), settings, now, home))
    }
  }
  return care.sort((a, b) => (a.mark < b.mark ? -1 : 1))
}

/** Where a device stands, or waits to, and to which kinds of devices that home agreed. */
interface CareHome {
  id: HomeId
  jurisdictionId: JurisdictionId
  awaits: boolean
  agreedTo: ReadonlySet<Device['kind']>
}

async function homesOf(state: StateStore, ids: readonly DeviceId[]): Promise<Map<DeviceId, CareHome>> {
  const standing = (await state.devices.placesOf(ids)).map((one) => ({ ...one, awaits: false }))
  const waiting = (await state.awaitedConsents.of(ids)).map((one) => ({ ...one, awaits: true }))
  const homeIds = [...new Set([...standing, ...waiting].map(({ homeId }) => homeId))]
  const placeOf = new Map((await state.homes.of(homeIds)).map((home) => [home.id, home.jurisdictionId]))
  const agreed = new Map<HomeId, Set<Device['kind']>>()
  for (const { homeId, deviceKind } of await state.consents.standingIn(homeIds))
    agreed.set(homeId, (agreed.get(homeId) ?? new Set()).add(deviceKind))
  return new Map(
    [...waiting, ...standing].flatMap(({ deviceId, homeId, awaits }) => {
      const jurisdictionId = placeOf.get(homeId)
      const agreedTo = agreed.get(homeId) ?? new Set()
      return jurisdictionId === undefined
        ? []
        : [[deviceId, { id: homeId, jurisdictionId, awaits, agreedTo }] as const]
    }),
  )
}

const isWithoutConsent = ({ kind }: Device, { agreedTo }: CareHome): boolean =>
  asksConsent(kind) && !agreedTo.has(kind)

export function careOf(
  device: Device,
  health: DeviceHealth | undefined,
  settings: RuleSettings,
  now: EpochMs,
  home?: CareHome,
): Care {
  const cadenceKept = health === undefined ? null : cadenceKeptOf(device, health, now)
  const reasons = reasonsOf(device, health, cadenceKept, settings, now)
  if (home !== undefined && (home.awaits || isWithoutConsent(device, home))) reasons.push('consent_missing')
  const worst = reasons[0] === undefined ? CareReason.options.length : CareReason.options.indexOf(reasons[0])
  const heard = String(health?.lastReceivedAt ?? 0).padStart(INSTANT_DIGITS, '0')
  const mark = `${worst}.${9 - reasons.length}.${heard}.${device.id}`
  const awaitsHomeId = home?.awaits === true ? home.id : null
  return { device, reasons, cadenceKept, clock: health?.clock ?? null, awaitsHomeId, mark }
}

/** Of the device itself, in the order of the enumeration: the worst first. */
function reasonsOf(
  device: Device,
  health: DeviceHealth | undefined,
  cadenceKept: number | null,
  settings: RuleSettings,
  now: EpochMs,
): Reason[] {
  if (health === undefined) return ['never_heard']
  const { values, batteryPct, batteryLow, signalDbm, clock } = health
  const holds: Record<Exclude<Reason, 'consent_missing'>, boolean> = {
    never_heard: false,
    silent: isSilent(device, health, settings['device.silent'], now),
    fault: values['fault'] === true,
    tamper: values['tamper'] === true,
    battery_low:
      batteryLow === true || (batteryPct !== null && batteryPct < settings['device.battery_low'].percent),
    clock_wrong: clock === 'wrong',
    cadence_poor: cadenceKept !== null && cadenceKept < POOR_CADENCE,
    signal_weak: signalDbm !== null && signalDbm < WEAK_SIGNAL_DBM,
  }
  return CareReason.options.filter((reason) => reason !== 'consent_missing' && holds[reason])
}

/** Over whole days only, and since the day after it was first heard: half a day proves nothing. */
function cadenceKeptOf(device: Device, { perDay, cadenceS }: DeviceHealth, now: EpochMs): number | null {
  const everyS = device.cadenceS ?? cadenceS
  const first = perDay?.[0]?.[0]
  if (everyS === null || perDay === undefined || first === undefined) return null
  const today = Math.floor(now / DAY_MS)
  const from = Math.max(today - CADENCE_DAYS, first + 1)
  const expected = ((today - from) * DAY_S) / everyS
  if (expected < 1) return null
  const came = perDay.reduce((sum, [day, count]) => (day >= from && day < today ? sum + count : sum), 0)
  return Math.min(1, came / expected)
}
