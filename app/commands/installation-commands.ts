import type { Commands, RegistryChange } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { type DeviceId, InstallationId } from '../../contracts/ids.ts'
import type { Installation } from '../../contracts/installation.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { StateStore, StateTables } from '../../store/state.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import { newId } from '../secrets.ts'
import { consentFor, writtenDown } from './consents.ts'
import { found } from './found.ts'

type InstallationCommands = Pick<
  Commands,
  'giveConsent' | 'withdrawConsent' | 'startInstallation' | 'followInstallation' | 'acceptInstallation'
>

/** Who agreed to what, and how a device that was put up proves that it works. */
export function installationCommands({
  state,
  pipeline,
  clocks,
}: {
  state: StateStore
  pipeline: Pick<Pipeline, 'execute'>
  clocks: Clocks
}): InstallationCommands {
  const now = () => clocks.civil.now()
  const change = (body: RegistryChange) => pipeline.execute({ type: 'registry', change: body }, now())
  const follow = async (state: StateTables, id: InstallationId): Promise<Installation> => {
    const installation = await found(state.installations.get(id), 'installation')
    if (installation.acceptedAt !== null) return installation
    const followed = {
      ...installation,
      firstReading: installation.firstReading ?? (await firstReadingOf(state, installation)),
      testAlarmAt: installation.testAlarmAt ?? (await testAlarmOf(state, installation)),
    }
    await state.installations.put(followed)
    return followed
  }
  return {
    async giveConsent(given, recordedBy) {
      await found(state.homes.get(given.homeId), 'home')
      const consent = writtenDown(given, recordedBy, now())
      await state.consents.put(consent)
      const { homeId, deviceKind } = consent
      const awaited = await state.awaitedConsents.ofHome(homeId)
      for (const device of await state.devices.of(awaited.map(({ deviceId }) => deviceId))) {
        if (device.kind !== deviceKind) continue
        await change({ type: 'assignment', deviceId: device.id, homeId, at: now() })
        await state.awaitedConsents.delete(device.id)
      }
      return consent
    },
    async withdrawConsent(id, withdrawnBy) {
      const consent = await found(state.consents.get(id), 'consent')
      if (consent.withdrawnAt !== null) return consent
      const { homeId, deviceKind } = consent
      const withdrawal = { withdrawnAt: now(), withdrawnBy }
      // Whoever takes it back means the devices, however often and by whomever it was given.
      for (const one of await state.consents.standingIn([homeId]))
        if (one.deviceKind === deviceKind) await state.consents.put({ ...one, ...withdrawal })
      const withdrawn = { ...consent, ...withdrawal }
      const standing = await state.devices.standingIn([homeId])
      for (const device of await state.devices.of(standing.map(({ deviceId }) => deviceId)))
        if (device.kind === deviceKind)
          await change({ type: 'assignment', deviceId: device.id, homeId: null, at: now() })
      return withdrawn
    },
    async startInstallation(deviceId, by) {
      const device = await found(state.devices.get(deviceId), 'device')
      const [standing] = await state.devices.placesOf([deviceId])
      if (standing === undefined) throw new Refusal('conflict', 'the device stands in no home')
      const { homeId } = standing
      const consentId = await consentFor(state, homeId, device.kind)
      if (consentId === null)
        throw new Refusal('consent_missing', 'nobody of the home has agreed to a device of this kind')
      const installation: Installation = {
        id: InstallationId.parse(newId('inst')),
        deviceId,
        homeId,
        consentId,
        by,
        startedAt: now(),
        firstReading: null,
        testAlarmAt: null,
        acceptedAt: null,
      }
      await state.installations.put(installation)
      return installation
    },
    followInstallation: (id) => state.transaction((tables) => follow(tables, id)),
    acceptInstallation: (id) =>
      state.transaction(async (tables) => {
        const followed = await follow(tables, id)
        if (followed.acceptedAt !== null) return followed
        if (followed.firstReading === null)
          throw new Refusal('not_ready', 'nothing was heard of the device yet')
        const accepted = { ...followed, acceptedAt: now() }
        await tables.installations.put(accepted)
        return accepted
      }),
  }
}

async function firstReadingOf(
  state: StateTables,
  { deviceId, startedAt }: { deviceId: DeviceId; startedAt: number },
): Promise<Installation['firstReading']> {
  const [health] = await state.health.of([deviceId])
  if (health === undefined || health.lastReceivedAt < startedAt) return null
  const { lastReceivedAt: receivedAt, values, signalDbm, batteryPct } = health
  return { receivedAt, values, signalDbm, batteryPct }
}

/** The test must be of this device and of this time: that of the neighbouring room proves nothing. */
async function testAlarmOf(
  state: StateTables,
  { homeId, deviceId, startedAt }: Pick<Installation, 'homeId' | 'deviceId' | 'startedAt'>,
): Promise<number | null> {
  const filter = { homeId, kinds: ['smoke.test' as const], from: startedAt, to: null }
  const { items } = await state.findings.list(filter, { limit: 50, after: null })
  return items.findLast((finding) => finding.deviceId === deviceId)?.raisedAt ?? null
}
