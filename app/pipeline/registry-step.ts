import type { RegistryChange } from '../../contracts/command.ts'
import { registersBeginBy } from '../../contracts/device-act.ts'
import type { KeptLiveEvent } from '../../contracts/live.ts'
import type { EpochMs } from '../../contracts/time.ts'
import type { StateTables } from '../../store/state.ts'
import type { Circumstances } from '../circumstances.ts'
import type { Directory } from '../directory.ts'
import type { HomeSteps } from './home-step.ts'

type Change<T extends RegistryChange['type']> = Extract<RegistryChange, { type: T }>
interface Context {
  directory: Directory
  circumstances: Circumstances
  homes: HomeSteps
}

/** What is registered is written where the rules look, and the homes it touches are told. */
export function stepRegistry(
  tables: StateTables,
  change: RegistryChange,
  at: EpochMs,
  context: Context,
): Promise<KeptLiveEvent[]> {
  if (change.type === 'home') return stepHomeChange(tables, change, at, context)
  if (change.type === 'device_act') return stepDeviceAct(tables, change, at, context)
  if (change.type === 'erasure') return stepErasure(tables, change, at, context)
  return stepDeviceChange(tables, change, at, context)
}

async function stepHomeChange(
  tables: StateTables,
  { home }: Change<'home'>,
  at: EpochMs,
  { directory, homes }: Context,
): Promise<KeptLiveEvent[]> {
  await tables.homes.put(home)
  const before = directory.home(home.id)
  directory.putHome(home)
  const { id: homeId, zone, jurisdictionId, archivedAt } = home
  const events: KeptLiveEvent[] = []
  if (before !== null && (before.jurisdictionId !== jurisdictionId || archivedAt !== null))
    events.push(...(await homes.neighbourhood.left(tables, homeId, before.jurisdictionId, at)))
  if (before !== null && before.zone !== zone)
    events.push(...(await homes.rules(tables, homeId, { type: 'zone', zone }, at)))
  return [...events, await tables.live.append({ type: 'registry', homeId, jurisdictionId }, at)]
}

/** Nobody who could agree is known any more: the devices leave, as after a withdrawal, and then all of it is forgotten. */
async function stepErasure(
  tables: StateTables,
  { homeId, residentId, by }: Change<'erasure'>,
  at: EpochMs,
  context: Context,
): Promise<KeptLiveEvent[]> {
  const assignments = await tables.devices.assignmentsOfHome(homeId)
  const awaited = await tables.awaitedConsents.ofHome(homeId)
  const events: KeptLiveEvent[] = []
  for (const { deviceId, to } of assignments)
    if (to === null)
      events.push(
        ...(await stepDeviceChange(tables, { type: 'assignment', deviceId, homeId: null, at }, at, context)),
      )
  events.push(...(await context.homes.forgetHabits(tables, homeId, at)))
  await tables.residents.erase(residentId)
  context.circumstances.forgetHome(homeId)
  const deviceIds = [...new Set([...assignments, ...awaited].map(({ deviceId }) => deviceId))]
  await tables.erasures.put({ residentId, homeId, at, by, deviceIds, seriesDueAt: at })
  const jurisdictionId = context.directory.jurisdictionOf(homeId)
  return [...events, await tables.live.append({ type: 'registry', homeId, jurisdictionId }, at)]
}

async function stepDeviceAct(
  tables: StateTables,
  { act }: Change<'device_act'>,
  at: EpochMs,
  { homes }: Context,
): Promise<KeptLiveEvent[]> {
  await tables.deviceActs.put(act)
  const event = registersBeginBy(act)
  if (act.homeId === null || event === null) return []
  return homes.rules(tables, act.homeId, event, at)
}

async function stepDeviceChange(
  tables: StateTables,
  change: Change<'device' | 'assignment'>,
  at: EpochMs,
  { directory, homes }: Context,
): Promise<KeptLiveEvent[]> {
  const deviceId = change.type === 'device' ? change.device.id : change.deviceId
  const touched = new Set([directory.homeOf(deviceId)])
  if (change.type === 'device') {
    await tables.devices.put(change.device)
    directory.putDevice(change.device)
  } else {
    await tables.devices.assign(deviceId, change.homeId, change.at)
    directory.assign(deviceId, change.homeId, change.at)
    touched.add(change.homeId)
  }
  const events: KeptLiveEvent[] = []
  for (const homeId of touched) {
    if (homeId === null) continue
    const devices = directory.devicesOf(homeId)
    events.push(...(await homes.rules(tables, homeId, { type: 'devices', devices }, at)))
    const jurisdictionId = directory.jurisdictionOf(homeId)
    events.push(await tables.live.append({ type: 'registry', homeId, jurisdictionId }, at))
  }
  return events
}
