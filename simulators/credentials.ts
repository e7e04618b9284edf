import { readFile, writeFile } from 'node:fs/promises'
import type { Access } from './command-line.ts'
import type { District, DistrictHome } from './district.ts'
import type { DeviceRole } from './home.ts'
import type { Reporting } from './meter.ts'
import { ServiceApi } from './service-api.ts'

export type Secrets = Map<string, string>
const MODEL = 'simulated'
const SMOKE_CADENCE_S = 6 * 3600
const ROLES: readonly DeviceRole[] = ['water', 'electricity', 'smoke']

/** Lines of `id,secret`; empty lines and those that begin with # are left out. */
async function readSecrets(file: string): Promise<Secrets> {
  const lines = (await readFile(file, 'utf8')).split(/\r?\n/)
  const secrets: Secrets = new Map()
  for (const line of lines) {
    const comma = line.indexOf(',')
    if (comma > 0 && !line.startsWith('#'))
      secrets.set(line.slice(0, comma).trim(), line.slice(comma + 1).trim())
  }
  return secrets
}

async function saveSecrets(file: string, secrets: Secrets): Promise<void> {
  const lines = [...secrets].map(([id, secret]) => `${id},${secret}\n`)
  await writeFile(file, lines.join(''), { mode: 0o600 })
}

/** The secrets of all devices of the district, which is built up in the service first if that is how they are got. */
export async function districtSecrets(
  access: Access,
  district: District,
  zone: string,
  reporting: Reporting,
): Promise<Secrets> {
  if (access.credentialsFile !== null) return readSecrets(access.credentialsFile)
  if (access.api === null) return new Map()
  const api = new ServiceApi(access.api.url, access.api.token)
  const places = new Map<string, string>()
  for (const { id, parentId, level, name } of district.jurisdictions) {
    const parent = parentId === null ? null : (places.get(parentId) ?? null)
    // A service has its district from the first start on: the simulated streets are streets of that one.
    const standing = parentId === null ? (access.api.place ?? (await api.district())) : null
    places.set(id, standing ?? (await api.place(parent, level, name)))
  }
  const secrets: Secrets = new Map()
  for (const home of district.homes) {
    const place = places.get(home.jurisdictionId)
    if (place === undefined) throw new Error('a home hangs on a place of its district')
    await settle(api, home, place, zone, reporting, secrets)
  }
  if (access.api.saveSecrets !== null) await saveSecrets(access.api.saveSecrets, secrets)
  return secrets
}

/** Makes the home with its resident and devices, or takes what stands there from an earlier run. */
async function settle(
  api: ServiceApi,
  home: DistrictHome,
  place: string,
  zone: string,
  reporting: Reporting,
  secrets: Secrets,
): Promise<void> {
  let homeId: string | null = null
  const missing: DeviceRole[] = []
  for (const role of ROLES) {
    const known = await api.device(home.devices[role])
    if (known === null) missing.push(role)
    else {
      homeId ??= known.homeId
      secrets.set(home.devices[role], await api.renewSecret(home.devices[role]))
    }
  }
  if (missing.length === 0) return
  if (homeId === null) {
    homeId = await api.home(place, zone)
    await api.resident(homeId, home.resident)
  }
  const meterCadenceS = reporting.upload === 'daily' ? 86_400 : reporting.cadenceMs / 1000
  for (const role of missing) {
    const id = home.devices[role]
    const cadenceS = role === 'smoke' ? SMOKE_CADENCE_S : meterCadenceS
    secrets.set(id, await api.registerDevice({ id, kind: role, model: MODEL, cadenceS, homeId }))
  }
}

/** Secrets of so many water meters that stand in no home: what a load needs. */
export async function loadSecrets(access: Access, prefix: string, count: number): Promise<Secrets> {
  if (access.credentialsFile !== null) return readSecrets(access.credentialsFile)
  if (access.api === null) return new Map()
  const api = new ServiceApi(access.api.url, access.api.token)
  const secrets: Secrets = new Map()
  for (let n = 1; n <= count; n += 1) {
    const id = `${prefix}-load-${String(n).padStart(5, '0')}`
    const known = await api.device(id)
    const device = { id, kind: 'water', model: MODEL, cadenceS: 900, homeId: null }
    secrets.set(id, known === null ? await api.registerDevice(device) : await api.renewSecret(id))
  }
  if (access.api.saveSecrets !== null) await saveSecrets(access.api.saveSecrets, secrets)
  return secrets
}
