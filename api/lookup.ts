import type { Alert } from '../contracts/alert.ts'
import type { Person } from '../contracts/duty.ts'
import { Refusal } from '../contracts/errors.ts'
import type {
  AccountId,
  AlertId,
  DeviceId,
  GatewayId,
  HomeId,
  JurisdictionId,
  PersonId,
} from '../contracts/ids.ts'
import type { Account, Device, Gateway, Home } from '../contracts/registry.ts'
import type { StateStore } from '../store/state.ts'
import { type JurisdictionTree, mayGrant, type Reach } from './permissions.ts'

/** What lies out of reach is answered like what does not exist, so that nobody learns that it does. */
const unknown = (noun: string): Refusal => new Refusal('not_found', `No such ${noun}.`)

export const requirePlace = (id: JurisdictionId, reach: Reach): void => {
  if (!reach.has(id)) throw unknown('jurisdiction')
}

export const homeIn = async (state: StateStore, id: HomeId, reach: Reach): Promise<Home> => {
  const home = await state.homes.get(id)
  if (home === null || !reach.has(home.jurisdictionId)) throw unknown('home')
  return home
}

export const personIn = async (state: StateStore, id: PersonId, reach: Reach): Promise<Person> => {
  const person = await state.people.get(id)
  if (person === null || !reach.has(person.jurisdictionId)) throw unknown('person')
  return person
}

/** Of `ids` those who may be sent or put on duty at `place`: those of one's own reach, of the place, and of those above it. */
export const peopleFor = async (
  state: StateStore,
  ids: readonly PersonId[],
  place: JurisdictionId,
  { reach, tree }: { reach: Reach; tree: JurisdictionTree },
): Promise<Set<PersonId>> => {
  const path = new Set(tree.pathOf(place).map(({ id }) => id))
  const people = await state.people.of([...new Set(ids)])
  return new Set(
    people.flatMap(({ id, jurisdictionId }) =>
      reach.has(jurisdictionId) || path.has(jurisdictionId) ? [id] : [],
    ),
  )
}

export const alertIn = async (state: StateStore, id: AlertId, reach: Reach): Promise<Alert> => {
  const alert = await state.alerts.get(id)
  if (alert === null || !reach.has(alert.jurisdictionId)) throw unknown('alert')
  return alert
}

export const gatewayIn = async (state: StateStore, id: GatewayId, reach: Reach): Promise<Gateway> => {
  const gateway = await state.gateways.get(id)
  if (gateway === null || !reach.has(gateway.jurisdictionId)) throw unknown('gateway')
  return gateway
}

/** A device belongs where it stands, or else where its gateway is; one that does neither, to those who reach everywhere. */
export const deviceIn = async (state: StateStore, id: DeviceId, reach: Reach): Promise<Device> => {
  const device = await state.devices.get(id)
  if (device === null || !(await deviceIsIn(state, device, reach))) throw unknown('device')
  return device
}

/**
 * A device behind one's gateway is seen wherever it stands; to change it, or what it does, is for those who have the home.
 * Refused as forbidden, because that it is there is no secret.
 */
export const deviceToChange = async (state: StateStore, id: DeviceId, reach: Reach): Promise<Device> => {
  const device = await deviceIn(state, id, reach)
  const [standing] = await state.devices.placesOf([device.id])
  const home = standing === undefined ? null : await state.homes.get(standing.homeId)
  if (home !== null && !reach.has(home.jurisdictionId))
    throw new Refusal('forbidden', 'This device stands in a home of another place.')
  return device
}

const deviceIsIn = async (state: StateStore, device: Device, reach: Reach): Promise<boolean> => {
  if (reach.everywhere) return true
  const [standing] = await state.devices.placesOf([device.id])
  const home = standing === undefined ? null : await state.homes.get(standing.homeId)
  if (home !== null && reach.has(home.jurisdictionId)) return true
  const gateway = device.gatewayId === null ? null : await state.gateways.get(device.gatewayId)
  return gateway !== null && reach.has(gateway.jurisdictionId)
}

/** Only an account all of whose rights lie within one's own: a sign-in link for another would be a way up. */
export const accountIn = async (state: StateStore, id: AccountId, reach: Reach): Promise<Account> => {
  const account = await state.accounts.get(id)
  if (account === null || !mayGrant(reach, account.grants)) throw unknown('account')
  return account
}
