import { asksConsent } from '../../contracts/consent.ts'
import { DeviceId, type GatewayId, type HomeId, type JurisdictionId } from '../../contracts/ids.ts'
import type { ImportColumn, ImportCounts, ImportFault, ImportFaultCode } from '../../contracts/import.ts'
import type { DeviceProfile } from '../../contracts/profile.ts'
import { DeviceKind } from '../../contracts/reading.ts'
import type { Device, Resident } from '../../contracts/registry.ts'
import type { EpochMs } from '../../contracts/time.ts'
import { consentOf, type SaidConsent } from './consent-cells.ts'
import type { SheetRow } from './sheet.ts'

/** What stands in the registry, as far as a list asks. */
export interface Registered {
  /** By id, by name where only one has it, and by its path of names from any level down. */
  placeOf(text: string): JurisdictionId | null
  profiles: readonly DeviceProfile[]
  isGateway(id: string): boolean
  gatewayPlace(id: string): JurisdictionId | null
  device(id: string): Device | null
  homeOfDevice(id: DeviceId): HomeId | null
  behind(gatewayId: GatewayId, sourceId: string): Device | null
  /** A home by the number of an earlier list, or by its own id. */
  home(key: string): { id: HomeId; jurisdictionId: JurisdictionId; resident: Resident | null } | null
  mayUse(place: JurisdictionId): boolean
  agreed(homeId: HomeId, kind: DeviceKind): boolean
  /** The home in which a device is mounted and waits for somebody to agree. */
  homeAwaitedBy(id: DeviceId): HomeId | null
  zone: string
  now: EpochMs
}

export interface PlannedHome {
  key: string
  /** Null: to be made. */
  id: HomeId | null
  jurisdictionId: JurisdictionId
  /** Null: nobody is named, or somebody is recorded. */
  resident: Pick<Resident, 'name' | 'birthYear' | 'phone' | 'door' | 'address'> | null
}
export interface PlannedDevice
  extends Pick<Device, 'id' | 'kind' | 'model' | 'gatewayId' | 'sourceId' | 'cadenceS'> {
  homeKey: string | null
  profile: DeviceProfile | null
  /** It stands nowhere until the home agrees. */
  awaits: boolean
}
export interface PlannedConsent {
  homeKey: string
  deviceKind: DeviceKind
  said: Exclude<SaidConsent, 'none'>
}
export interface Plan {
  homes: PlannedHome[]
  devices: PlannedDevice[]
  consents: PlannedConsent[]
  /** Registered and waiting, with the consent on record by now. */
  placed: { id: DeviceId; homeKey: string }[]
  counts: ImportCounts
  faults: ImportFault[]
}

const KINDS = new Map<string, DeviceKind>([
  ...DeviceKind.options.map((kind) => [kind, kind] as const),
  ['水表', 'water'],
  ['电表', 'electricity'],
  ['烟感', 'smoke'],
  ['网关', 'gateway'],
])
const OF_HOME = ['place', 'name', 'birthYear', 'phone', 'door', 'address'] as const

/** What a list would change, and every fault in it, row by row. Changes nothing. */
export function planImport(rows: readonly SheetRow[], registered: Registered): Plan {
  const planner = new Planner(registered)
  for (const row of rows) planner.take(row)
  return planner.plan(rows.length)
}

const keyOf = (homeKey: string | null, kind: DeviceKind): string => JSON.stringify([homeKey, kind])

class Planner {
  readonly #registered: Registered
  readonly #faults: ImportFault[] = []
  readonly #homes = new Map<string, { planned: PlannedHome | null; first: SheetRow }>()
  readonly #devices = new Map<string, PlannedDevice | null>()
  readonly #sources = new Set<string>()
  readonly #consents = new Map<string, PlannedConsent>()
  readonly #placed: Plan['placed'] = []
  #unchanged = 0

  constructor(registered: Registered) {
    this.#registered = registered
  }

  plan(rows: number): Plan {
    const homes = [...this.#homes.values()].flatMap(({ planned }) => planned ?? [])
    const devices = [...this.#devices.values()].flatMap((device) => device ?? [])
    const consents = [...this.#consents.values()]
    // A later row may have brought the consent that an earlier one had not.
    for (const device of devices)
      if (this.#consents.has(keyOf(device.homeKey, device.kind))) device.awaits = false
    const counts = {
      rows,
      newHomes: homes.filter(({ id }) => id === null).length,
      newResidents: homes.filter(({ resident }) => resident !== null).length,
      newDevices: devices.length,
      newConsents: consents.length,
      withoutConsent: devices.filter(({ awaits }) => awaits).length,
      unchanged: this.#unchanged,
    }
    return { homes, devices, consents, placed: this.#placed, counts, faults: this.#faults }
  }

  take(row: SheetRow): void {
    const isNewHome = this.#takeHome(row)
    const isNewDevice = this.#takeDevice(row)
    if (isNewHome === false && isNewDevice === false) this.#unchanged++
  }

  #fault({ row, cells }: SheetRow, column: ImportColumn, code: ImportFaultCode): null {
    this.#faults.push({ row, column, code, found: cells[column] ?? '' })
    return null
  }

  /** Whether it changes anything; null: it is faulty. */
  #takeHome(row: SheetRow): boolean | null {
    const { home: key } = row.cells
    if (key === undefined) return false
    if (key.length > 64) return this.#fault(row, 'home', 'malformed')
    const known = this.#homes.get(key)
    if (known !== undefined) return this.#sameHome(row, known.first)
    const planned = this.#plannedHome(row, key)
    this.#homes.set(key, { planned, first: row })
    return planned === null ? null : planned.id === null || planned.resident !== null
  }

  /** What a later row leaves out is as the first one says. */
  #sameHome(row: SheetRow, first: SheetRow): boolean | null {
    const differing = OF_HOME.filter(
      (column) => row.cells[column] !== undefined && row.cells[column] !== first.cells[column],
    )
    for (const column of differing) this.#fault(row, column, 'home_differs')
    return differing.length > 0 ? null : false
  }

  #plannedHome(row: SheetRow, key: string): PlannedHome | null {
    const { cells } = row
    const present = this.#registered.home(key)
    const said = cells.place === undefined ? null : this.#registered.placeOf(cells.place)
    if (cells.place === undefined && present === null) return this.#fault(row, 'place', 'missing')
    if (cells.place !== undefined && said === null) return this.#fault(row, 'place', 'unknown_place')
    const place = present?.jurisdictionId ?? said
    if (place === null || !this.#registered.mayUse(place)) return this.#fault(row, 'place', 'unknown_place')
    if (said !== null && said !== place) return this.#fault(row, 'place', 'home_differs')
    const resident = this.#residentOf(row)
    if (resident === undefined) return null
    const recorded = present?.resident ?? null
    if (recorded !== null && resident !== null && recorded.name !== resident.name)
      return this.#fault(row, 'name', 'home_differs')
    return {
      key,
      id: present?.id ?? null,
      jurisdictionId: place,
      resident: recorded === null ? resident : null,
    }
  }

  /** Undefined: faulty. */
  #residentOf(row: SheetRow): PlannedHome['resident'] | undefined {
    const { name, birthYear, phone = '', door = '', address = '' } = row.cells
    if (name === undefined) return null
    const year = birthYear === undefined ? null : Number(birthYear)
    const lengths = [name.length <= 60, phone.length <= 40, door.length <= 80, address.length <= 200]
    const isYear = year === null || (Number.isInteger(year) && year >= 1890 && year <= 2100)
    if (!isYear) this.#fault(row, 'birthYear', 'malformed')
    for (const [at, column] of (['name', 'phone', 'door', 'address'] as const).entries())
      if (lengths[at] === false) this.#fault(row, column, 'malformed')
    return isYear && !lengths.includes(false) ? { name, birthYear: year, phone, door, address } : undefined
  }

  #takeDevice(row: SheetRow): boolean | null {
    const { device: text } = row.cells
    if (text === undefined) return this.#fault(row, 'device', 'missing')
    if (this.#devices.has(text)) return this.#fault(row, 'device', 'device_twice')
    this.#devices.set(text, null)
    const id = DeviceId.safeParse(text)
    if (!id.success) return this.#fault(row, 'device', 'malformed')
    if (this.#registered.isGateway(text)) return this.#fault(row, 'device', 'id_taken')
    const planned = this.#plannedDevice(row, id.data)
    if (planned === null) return null
    const present = this.#registered.device(text)
    const consent = this.#takeConsent(row, planned, present === null)
    if (consent === null) return null
    if (present !== null) return this.#presentDevice(row, present, planned) && this.#changes(planned, consent)
    if (planned.gatewayId !== null && planned.sourceId !== null) {
      const source = JSON.stringify([planned.gatewayId, planned.sourceId])
      if (this.#sources.has(source) || this.#registered.behind(planned.gatewayId, planned.sourceId) !== null)
        return this.#fault(row, 'sourceId', 'source_taken')
      this.#sources.add(source)
    }
    this.#devices.set(text, { ...planned, awaits: consent === 'awaited' })
    return true
  }

  /** What is not said was not given: a row says who agreed, or that nobody did. Null: it is faulty. */
  #takeConsent(
    row: SheetRow,
    { homeKey, kind }: PlannedDevice,
    isNew: boolean,
  ): 'new' | 'known' | 'awaited' | null {
    const { zone, now, home, agreed } = this.#registered
    const own = consentOf(row.cells, zone, now)
    for (const [column, code] of own.faults) this.#fault(row, column, code)
    if (own.faults.length > 0) return null
    if (homeKey === null || !asksConsent(kind)) return 'known'
    const key = keyOf(homeKey, kind)
    const homeId = home(homeKey)?.id ?? null
    if (this.#consents.has(key) || (homeId !== null && agreed(homeId, kind))) return 'known'
    const first = this.#homes.get(homeKey)?.first
    const said = own.said ?? (first === undefined ? null : consentOf(first.cells, zone, now).said)
    if (said === 'none') return 'awaited'
    if (said === null) return isNew ? this.#fault(row, 'consentBy', 'consent_missing') : 'known'
    this.#consents.set(key, { homeKey, deviceKind: kind, said })
    return 'new'
  }

  /** One that was cut off after the consent was written down is finished here. */
  #changes({ id, homeKey }: PlannedDevice, consent: 'new' | 'known' | 'awaited'): boolean {
    const isPlaced = consent === 'known' && homeKey !== null && this.#registered.homeAwaitedBy(id) !== null
    if (isPlaced) this.#placed.push({ id, homeKey })
    return isPlaced || consent === 'new'
  }

  /** Whether it stands, or waits, where the row says. A list never moves or changes what is registered: there are acts for that. */
  #presentDevice(row: SheetRow, present: Device, planned: PlannedDevice): boolean | null {
    if (present.kind !== planned.kind) return this.#fault(row, 'kind', 'kind_differs')
    const { homeOfDevice, homeAwaitedBy } = this.#registered
    const at = homeOfDevice(present.id) ?? homeAwaitedBy(present.id)
    const wanted = planned.homeKey === null ? null : (this.#registered.home(planned.homeKey)?.id ?? undefined)
    if (wanted !== null && wanted !== at) return this.#fault(row, 'device', 'device_elsewhere')
    return true
  }

  #plannedDevice(row: SheetRow, id: DeviceId): PlannedDevice | null {
    const { profiles, isGateway, gatewayPlace, mayUse } = this.#registered
    const { cells } = row
    const before = this.#faults.length
    const wanted = cells.profile?.toLowerCase()
    const profile = profiles.find((one) => one.id === wanted || one.model.toLowerCase() === wanted) ?? null
    if (wanted !== undefined && profile === null) this.#fault(row, 'profile', 'unknown_profile')
    const said = cells.kind === undefined ? null : (KINDS.get(cells.kind.toLowerCase()) ?? null)
    if (cells.kind !== undefined && said === null) this.#fault(row, 'kind', 'malformed')
    if (said !== null && profile !== null && said !== profile.kind) this.#fault(row, 'kind', 'kind_differs')
    const kind = said ?? profile?.kind ?? null
    if (kind === null && cells.kind === undefined && wanted === undefined) this.#fault(row, 'kind', 'missing')
    const { gateway, sourceId } = cells
    if (gateway !== undefined) {
      const place = isGateway(gateway) ? gatewayPlace(gateway) : null
      if (place === null || !mayUse(place)) this.#fault(row, 'gateway', 'unknown_gateway')
      if (sourceId === undefined) this.#fault(row, 'sourceId', 'missing')
    } else if (sourceId !== undefined) this.#fault(row, 'gateway', 'missing')
    const cadenceS = cells.cadenceS === undefined ? null : Number(cells.cadenceS)
    if (cadenceS !== null && !(Number.isInteger(cadenceS) && cadenceS > 0))
      this.#fault(row, 'cadenceS', 'malformed')
    if (this.#faults.length > before || kind === null) return null
    return {
      id,
      kind,
      model: profile?.model ?? '',
      gatewayId: (gateway ?? null) as GatewayId | null,
      sourceId: gateway === undefined ? null : (sourceId ?? null),
      cadenceS: cadenceS ?? profile?.cadenceS ?? null,
      homeKey: cells.home ?? null,
      profile,
      awaits: false,
    }
  }
}
