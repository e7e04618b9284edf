import type { Actor } from '../../contracts/alert.ts'
import type { RegistryChange } from '../../contracts/command.ts'
import { DeviceId, HomeId, type JurisdictionId, ResidentId } from '../../contracts/ids.ts'
import type { ImportAnswer, Imports } from '../../contracts/import.ts'
import type { KeptMessages } from '../../contracts/kept-message.ts'
import type { DeviceProfile } from '../../contracts/profile.ts'
import type { Device, Home, Jurisdiction, Resident } from '../../contracts/registry.ts'
import { UNSAID } from '../../contracts/registry.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { writtenDown } from '../commands/consents.ts'
import { putMappingOf } from '../commands/device-commands.ts'
import type { Directory } from '../directory.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { type Credentials, newId, newSecret, secretHash } from '../secrets.ts'
import { type Plan, planImport, type Registered } from './plan.ts'
import { readList, type SheetRow } from './sheet.ts'

export interface ImportOptions {
  state: StateStore
  pipeline: Pipeline
  directory: Directory
  credentials: Credentials
  clocks: Clocks
  zone: string
  profiles: readonly DeviceProfile[]
  keptMessages: KeptMessages
}

const PART = 500
/** What a paper says for more than that is written down at the home. */
const PURPOSES_OF_A_LIST = ['safety'] as const

/** Brings lists in, one after the other: two at once could both find a number free. */
export function openImports(options: ImportOptions): Imports {
  let before: Promise<unknown> = Promise.resolve()
  return {
    async run({ bytes, form }, { mayUse, by, dryRun, compared }) {
      const sheet = await readList(bytes, form)
      const work = async (): Promise<ImportAnswer> => {
        const registered = await registeredOf(options, mayUse, sheet.rows)
        await compared(namesCompared(registered, sheet.rows))
        const plan = planImport(sheet.rows, registered)
        const faults = [...sheet.faults, ...plan.faults]
        if (dryRun || faults.length > 0) return { dryRun: true, counts: plan.counts, faults, secrets: [] }
        return { dryRun: false, counts: plan.counts, faults, secrets: await carryOut(options, plan, by) }
      }
      const mine = before.then(work)
      before = mine.catch(() => undefined)
      return mine
    },
  }
}

/** Whether a name fits is an answer about who lives there. */
function namesCompared({ home, mayUse }: Registered, rows: readonly SheetRow[]): HomeId[] {
  const known = rows.flatMap(({ cells }) => {
    const found = cells.home === undefined || cells.name === undefined ? null : home(cells.home)
    return found !== null && found.resident !== null && mayUse(found.jurisdictionId) ? [found.id] : []
  })
  return [...new Set(known)]
}

/**
 * What is kept beside the journal comes first, so that a list that was cut off in the middle is finished by bringing it
 * in again: homes are found by their numbers, and a device without its entry is registered anew.
 */
async function carryOut(options: ImportOptions, plan: Plan, by: Actor): Promise<ImportAnswer['secrets']> {
  const { state, pipeline, credentials, clocks } = options
  const at = clocks.civil.now()
  const secrets: ImportAnswer['secrets'] = []
  const changes: RegistryChange[] = []
  const homeIds = new Map<string, HomeId>()
  const known = new Map((await state.homeKeys.all()).map(({ key, homeId }) => [key, homeId]))
  await state.transaction(async (tables) => {
    for (const { key, id, jurisdictionId, resident } of plan.homes) {
      const homeId = id ?? known.get(key) ?? HomeId.parse(newId('home'))
      homeIds.set(key, homeId)
      if (id === null) {
        await tables.homeKeys.put(key, homeId)
        const home: Home = { id: homeId, jurisdictionId, zone: options.zone, createdAt: at, archivedAt: null }
        changes.push({ type: 'home', home })
      }
      if (resident !== null) await tables.residents.put(newResident(homeId, resident))
    }
    for (const { id, gatewayId } of plan.devices) {
      if (gatewayId !== null) continue
      const secret = newSecret()
      await tables.credentials.put(`device:${id}`, secretHash(secret))
      secrets.push({ deviceId: id, secret })
    }
    for (const { id, homeKey, awaits } of plan.devices) {
      const homeId = homeKey === null ? undefined : homeIds.get(homeKey)
      if (awaits && homeId !== undefined)
        await tables.awaitedConsents.put({ deviceId: id, homeId, since: at })
    }
    for (const { homeKey, deviceKind, said } of plan.consents) {
      const homeId = homeIds.get(homeKey)
      if (homeId === undefined) continue
      const given = { ...said, homeId, deviceKind, purposes: [...PURPOSES_OF_A_LIST] }
      await tables.consents.put(writtenDown(given, by, at))
      for (const { deviceId } of await tables.awaitedConsents.ofHome(homeId))
        if ((await tables.devices.get(deviceId))?.kind === deviceKind)
          changes.push({ type: 'assignment', deviceId, homeId, at })
    }
  })
  for (const { deviceId, secret } of secrets) credentials.set(`device:${deviceId}`, secretHash(secret))
  const devices: Device[] = []
  for (const { homeKey, profile, awaits, ...said } of plan.devices) {
    const device: Device = { ...said, enabled: true, createdAt: at }
    devices.push(device)
    if (profile !== null) await putMappingOf(options, profile, device)
    changes.push({ type: 'device', device })
    const homeId = homeKey === null ? undefined : homeIds.get(homeKey)
    if (homeId !== undefined && !awaits) changes.push({ type: 'assignment', deviceId: device.id, homeId, at })
  }
  for (const { id, homeKey } of plan.placed) {
    const homeId = homeIds.get(homeKey)
    if (homeId !== undefined) changes.push({ type: 'assignment', deviceId: id, homeId, at })
  }
  await pipeline.executeAll(
    changes.map((change) => ({ type: 'registry', change })),
    at,
  )
  for (const change of changes)
    if (change.type === 'assignment') await state.awaitedConsents.delete(change.deviceId)
  await options.keptMessages.decode(devices.filter(({ gatewayId }) => gatewayId !== null))
  return secrets
}

const newResident = (homeId: HomeId, said: NonNullable<Plan['homes'][number]['resident']>): Resident => ({
  ...UNSAID,
  ...said,
  id: ResidentId.parse(newId('person')),
  homeId,
  living: 'alone',
  notes: '',
  contacts: [],
})

async function registeredOf(
  { state, directory, profiles, zone, clocks }: ImportOptions,
  mayUse: (place: JurisdictionId) => boolean,
  rows: readonly SheetRow[],
): Promise<Registered> {
  const places = await state.jurisdictions.all()
  const keys = new Map((await state.homeKeys.all()).map(({ key, homeId }) => [key, homeId]))
  const residents = await residentsOf(state, directory.homeIds())
  const placeOf = placesByName(places)
  const consents = await state.consents.standingIn(directory.homeIds())
  const agreed = new Set(consents.map(({ homeId, deviceKind }) => `${homeId} ${deviceKind}`))
  const ids = rows.flatMap(({ cells }) => DeviceId.safeParse(cells.device).data ?? [])
  const awaited = new Map((await state.awaitedConsents.of(ids)).map((one) => [one.deviceId, one.homeId]))
  return {
    placeOf: (text) => placeOf(text),
    profiles,
    isGateway: (id) => directory.gateway(id) !== null,
    gatewayPlace: (id) => directory.gateway(id)?.jurisdictionId ?? null,
    device: (id) => directory.device(id),
    homeOfDevice: (id) => directory.homeOf(DeviceId.parse(id)),
    behind: (gatewayId, sourceId) => directory.behind(gatewayId, sourceId),
    home(key) {
      const home = directory.home(keys.get(key) ?? (key as HomeId))
      return home === null
        ? null
        : {
            id: home.id,
            jurisdictionId: home.jurisdictionId,
            resident: residents.get(home.id) ?? null,
          }
    },
    mayUse,
    agreed: (homeId, kind) => agreed.has(`${homeId} ${kind}`),
    homeAwaitedBy: (id) => awaited.get(id) ?? null,
    zone,
    now: clocks.civil.now(),
  }
}

async function residentsOf(state: StateStore, ids: readonly HomeId[]): Promise<Map<HomeId, Resident>> {
  const residents = new Map<HomeId, Resident>()
  for (let from = 0; from < ids.length; from += PART)
    for (const resident of await state.residents.ofHomes(ids.slice(from, from + PART)))
      if (!residents.has(resident.homeId)) residents.set(resident.homeId, resident)
  return residents
}

/** `compound-a`, `安远小区` or `甲社区/安远小区`; null where two places answer to it. */
function placesByName(places: readonly Jurisdiction[]): (text: string) => JurisdictionId | null {
  const byId = new Map(places.map((place) => [place.id as string, place]))
  const named = new Map<string, JurisdictionId | null>()
  for (const place of places) {
    let path = ''
    const seen = new Set<string>()
    for (let at: Jurisdiction | undefined = place; at !== undefined && !seen.has(at.id); ) {
      seen.add(at.id)
      path = path === '' ? at.name : `${at.name}/${path}`
      named.set(path, named.has(path) ? null : place.id)
      at = at.parentId === null ? undefined : byId.get(at.parentId)
    }
  }
  const bare = (text: string) =>
    text
      .split('/')
      .map((part) => part.trim())
      .join('/')
  return (text) => byId.get(text)?.id ?? named.get(bare(text)) ?? null
}
