import type { AwaitedConsent, Consent } from '../../contracts/consent.ts'
import type { DeviceAct } from '../../contracts/device-act.ts'
import type { ConsentId, DeviceId, HomeId, InstallationId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'

/** What was done to devices: swaps, resets, moves, retirements. */
export interface DeviceActTable {
  /** The first first. */
  of(deviceId: DeviceId): Promise<DeviceAct[]>
  /** Those of devices while they stood in the home, the first first. */
  ofHome(homeId: HomeId): Promise<DeviceAct[]>
  put(act: DeviceAct): Promise<void>
}

/** Who agreed that what stands in a home, and who took it back. */
export interface ConsentTable {
  get(id: ConsentId): Promise<Consent | null>
  /** The newest first, withdrawn ones as well. */
  ofHome(homeId: HomeId): Promise<Consent[]>
  /** Those of these homes that were not withdrawn, the newest first. */
  standingIn(homeIds: readonly HomeId[]): Promise<Consent[]>
  put(consent: Consent): Promise<void>
}

/** Devices that wait for somebody of a home to agree. */
export interface AwaitedConsentTable {
  of(deviceIds: readonly DeviceId[]): Promise<AwaitedConsent[]>
  ofHome(homeId: HomeId): Promise<AwaitedConsent[]>
  /** One for each device: a second one takes the place of the first. */
  put(awaited: AwaitedConsent): Promise<void>
  delete(deviceId: DeviceId): Promise<void>
}

/** Devices put up in homes, as their acceptance sheets say it. */
export interface InstallationTable {
  get(id: InstallationId): Promise<Installation | null>
  /** The newest first. */
  ofHome(homeId: HomeId): Promise<Installation[]>
  put(installation: Installation): Promise<void>
}

/** Under which number a list that was brought in knows a home, so that the same list finds it again. */
export interface HomeKeyTable {
  all(): Promise<{ key: string; homeId: HomeId }[]>
  put(key: string, homeId: HomeId): Promise<void>
}
