import type { NewResident } from '../contracts/command.ts'
import { DeviceId, HomeId, JurisdictionId } from '../contracts/ids.ts'
import type { Jurisdiction, JurisdictionLevel } from '../contracts/registry.ts'
import {
  CHILDRENS_NAMES,
  COMMUNITIES,
  COMPOUNDS,
  DISTRICTS,
  MENS_NAMES,
  ROADS,
  STREETS,
  SURNAMES,
  WOMENS_NAMES,
} from './chinese-names.ts'
import type { DeviceRole } from './home.ts'
import { Random } from './random.ts'

export interface DistrictHome {
  id: HomeId
  jurisdictionId: JurisdictionId
  /** Seeds the life that is lived there. */
  seed: string
  resident: NewResident
  devices: Record<DeviceRole, DeviceId>
}

export interface District {
  /** Parents before their children. */
  jurisdictions: Jurisdiction[]
  homes: DistrictHome[]
}

export interface DistrictSize {
  compounds: number
  homes: number
}

const COMPOUNDS_IN_COMMUNITY = 3
const COMMUNITIES_IN_STREET = 3

/**
 * A district with its streets, communities and compounds, and fictitious people living alone in them, all from the
 * seed. `prefix` begins every id, so that several districts can stand in one service.
 */
export function makeDistrict(seed: string, size: DistrictSize, prefix = 'sim'): District {
  const { jurisdictions, compounds } = makeTree(seed, size.compounds, prefix)
  const homes: DistrictHome[] = []
  for (let n = 0; n < size.homes; n += 1) {
    const compound = compounds[Math.floor((n * compounds.length) / size.homes)]
    if (!compound) throw new RangeError('a district needs a compound')
    const id = `${prefix}-${String(n + 1).padStart(4, '0')}`
    const device = (role: DeviceRole) => DeviceId.parse(`${id}-${role}`)
    homes.push({
      id: HomeId.parse(id),
      jurisdictionId: compound.id,
      seed: `${seed}/${n + 1}`,
      resident: makeResident(`${seed}/${n + 1}`, n, compound.name),
      devices: { water: device('water'), electricity: device('electricity'), smoke: device('smoke') },
    })
  }
  return { jurisdictions, homes }
}

function makeTree(seed: string, compoundCount: number, prefix: string) {
  const random = Random.of(seed, 'places')
  const jurisdictions: Jurisdiction[] = []
  const add = (level: JurisdictionLevel, n: number, parentId: JurisdictionId | null, name: string) => {
    const place = { id: JurisdictionId.parse(`${prefix}-${level}-${n}`), parentId, level, name }
    jurisdictions.push(place)
    return place
  }
  const district = add('district', 1, null, random.pick(DISTRICTS))
  const compounds: Jurisdiction[] = []
  let street = district
  let community = district
  for (let n = 0; n < compoundCount; n += 1) {
    const communityNo = Math.floor(n / COMPOUNDS_IN_COMMUNITY)
    const streetNo = Math.floor(communityNo / COMMUNITIES_IN_STREET)
    if (n % (COMPOUNDS_IN_COMMUNITY * COMMUNITIES_IN_STREET) === 0) {
      street = add('street', streetNo + 1, district.id, numbered(STREETS, streetNo))
    }
    if (n % COMPOUNDS_IN_COMMUNITY === 0) {
      community = add('community', communityNo + 1, street.id, numbered(COMMUNITIES, communityNo))
    }
    compounds.push(add('compound', n + 1, community.id, numbered(COMPOUNDS, n)))
  }
  return { jurisdictions, compounds }
}

/** Names run out in a large district: the second round is called 二期, and so on. */
function numbered(names: readonly string[], n: number): string {
  const round = Math.floor(n / names.length)
  const name = names[n % names.length] ?? ''
  return round === 0 ? name : `${name}${round + 1}期`
}

function makeResident(seed: string, n: number, compound: string): NewResident {
  const random = Random.of(seed, 'resident')
  const surname = random.pick(SURNAMES)
  const woman = random.chance(0.62)
  const door = `${random.whole(1, 18)}号楼${random.whole(1, 4)}单元${random.whole(1, 6)}0${random.whole(1, 4)}`
  const daughter = random.chance(0.5)
  return {
    name: surname + random.pick(woman ? WOMENS_NAMES : MENS_NAMES),
    birthYear: random.whole(1935, 1955),
    phone: fictitiousPhone(2 * n),
    door,
    address: `${random.pick(ROADS)}${random.whole(1, 320)}号 ${compound}`,
    living: random.chance(0.15) ? 'no_kin' : 'alone',
    notes: '',
    contacts: [
      {
        name: (woman ? random.pick(SURNAMES) : surname) + random.pick(CHILDRENS_NAMES),
        relation: daughter ? '女儿' : '儿子',
        phone: fictitiousPhone(2 * n + 1),
        holdsKey: random.chance(0.6),
      },
    ],
  }
}

/** No mobile number in China begins with 100: nobody's telephone rings. */
const fictitiousPhone = (n: number) => `100 0000 ${String(n + 1).padStart(4, '0')}`
