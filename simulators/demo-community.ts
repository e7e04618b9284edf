import { signInUrl } from '../app/first-account.ts'
import type { Service } from '../app/service.ts'
import type { Consent } from '../contracts/consent.ts'
import type { AccountId, DeviceId, HomeId } from '../contracts/ids.ts'
import { ConsentId, ResidentId } from '../contracts/ids.ts'
import type { Account, Grant, Place } from '../contracts/registry.ts'
import { UNSAID } from '../contracts/registry.ts'
import type { EpochMs } from '../contracts/time.ts'
import { DEMO_CADENCE_S, type DemoStory } from './demo-story.ts'
import type { DeviceRole } from './home.ts'

const VISITOR = '演示 Demo'
const COLLEAGUE = '王芳(模拟同事)'
const TOKEN = 'demo'

export interface DemoPeople {
  visitor: Account
  colleague: AccountId
}

/** Registers the community as it stood when its history began: places, homes, residents, devices. */
export async function registerCommunity(service: Service, story: DemoStory, at: EpochMs): Promise<void> {
  const { state, pipeline } = service
  for (const place of story.district.jurisdictions) await service.putPlace(place)
  const registered = story.district.homes.map(async ({ id, jurisdictionId, resident, devices }, n) => {
    const home = { id, jurisdictionId, zone: story.zone, createdAt: at, archivedAt: null }
    await pipeline.execute({ type: 'registry', change: { type: 'home', home } }, at)
    const whole = { ...UNSAID, ...resident, place: demoPlace(n), id: ResidentId.parse(`${id}-resident`) }
    await state.residents.put({ ...whole, homeId: id })
    for (const [role, deviceId] of Object.entries(devices) as [DeviceRole, DeviceId][]) {
      const device = {
        id: deviceId,
        kind: role,
        model: `SW-${role === 'smoke' ? 'S1' : role === 'water' ? 'W2' : 'E3'}`,
        gatewayId: null,
        sourceId: null,
        cadenceS: DEMO_CADENCE_S[role],
        enabled: true,
        createdAt: at,
      }
      await pipeline.execute({ type: 'registry', change: { type: 'device', device } }, at)
      await pipeline.execute(
        { type: 'registry', change: { type: 'assignment', deviceId, homeId: id, at } },
        at,
      )
      await state.consents.put(demoConsent(id, role, at))
    }
  })
  await Promise.all(registered)
}

/** On paper, as where a district put up a whole community at once. */
const demoConsent = (homeId: HomeId, deviceKind: DeviceRole, at: EpochMs): Consent => ({
  id: ConsentId.parse(`${homeId}-${deviceKind}`),
  homeId,
  deviceKind,
  purposes: ['safety', 'care_calls'],
  givenBy: 'resident',
  form: 'on_paper',
  givenAt: at,
  recordedBy: 'system',
  withdrawnAt: null,
  withdrawnBy: null,
})

/** Where a home stands: in rows of ten, some 60 m apart, so that ways are hundreds of metres long. Nothing is there. */
export const demoPlace = (home: number): Place => ({
  latitude: 31.24 + Math.floor(home / 10) * 0.000_6,
  longitude: 121.45 + (home % 10) * 0.000_7,
})

/** The visitor, who may see everything there is, and a colleague in whose name the past was worked off. */
export async function demoPeople(service: Service, story: DemoStory): Promise<DemoPeople> {
  const root = story.district.jurisdictions[0]
  if (!root) throw new Error('the demo has no district')
  const grants: Grant[] = [
    { role: 'administrator', jurisdictionId: root.id },
    { role: 'case_worker', jurisdictionId: root.id },
  ]
  const account = async (name: string, rights: Grant[]) =>
    (await service.state.accounts.byName(name)) ??
    service.commands.createAccount({ name, grants: rights, language: 'zh' })
  const visitor = await account(VISITOR, grants)
  const colleague = await account(COLLEAGUE, grants.slice(1))
  return { visitor, colleague: colleague.id }
}

/** Fresh secrets for this run: for the browser, for the API, and for every device. Those of an earlier run lapse. */
export async function demoSecrets(
  service: Service,
  story: DemoStory,
  { visitor }: DemoPeople,
  played: Account,
) {
  const { state, commands } = service
  for (const token of (await state.accounts.tokens({ limit: 500, after: null })).items)
    if (token.name === TOKEN) await commands.deleteToken(token.id)
  const grants = visitor.grants
  const token = await commands.createToken({ name: TOKEN, grants, createdBy: visitor.id, expiresAt: null })
  const devices = new Map<DeviceId, string>()
  for (const home of story.district.homes)
    for (const id of Object.values(home.devices))
      devices.set(id, (await commands.renewDeviceSecret(id)).secret)
  const [link, playedLink] = [await signInUrl(service, visitor), await signInUrl(service, played)]
  return { link, playedLink, token: token.secret, devices }
}
