import {
  ApartmentOutlined,
  BellOutlined,
  ContactsOutlined,
  ControlOutlined,
  HomeOutlined,
  InboxOutlined,
  SendOutlined,
  SettingOutlined,
} from '@ant-design/icons'
import type { ReactNode } from 'react'
import type { Me } from '../api/types.ts'
import { holds } from '../session/session.ts'

export interface PlaceEntry {
  path: string
  label: string
  icon: ReactNode
  /** Where else one is still in this place. */
  also?: string
}

const QUEUE: PlaceEntry = { path: '/queue', label: 'place.queue', icon: <BellOutlined aria-hidden /> }
const HOMES: PlaceEntry = { path: '/homes', label: 'place.homes', icon: <HomeOutlined aria-hidden /> }
const VISITS: PlaceEntry = { path: '/visits', label: 'place.visits', icon: <SendOutlined aria-hidden /> }
const DEVICES: PlaceEntry = {
  path: '/devices',
  label: 'place.devices',
  icon: <ApartmentOutlined aria-hidden />,
  also: '/install',
}
const DUTY: PlaceEntry = { path: '/duty', label: 'place.duty', icon: <ContactsOutlined aria-hidden /> }
const QUARANTINE: PlaceEntry = {
  path: '/quarantine',
  label: 'place.quarantine',
  icon: <InboxOutlined aria-hidden />,
}
const RULES: PlaceEntry = { path: '/rules', label: 'place.rules', icon: <ControlOutlined aria-hidden /> }
const SETTINGS: PlaceEntry = {
  path: '/settings',
  label: 'place.settings',
  icon: <SettingOutlined aria-hidden />,
}

const isUnder = (path: string, pathname: string) => pathname === path || pathname.startsWith(`${path}/`)

export const isAt = ({ path, also }: PlaceEntry, pathname: string): boolean =>
  isUnder(path, pathname) || (also !== undefined && isUnder(also, pathname))

/** Where this account may go: no entry that leads nowhere. */
export const placesOf = (me: Me): PlaceEntry[] => [
  ...(holds(me, 'case_worker') ? [QUEUE] : []),
  HOMES,
  DUTY,
  ...(holds(me, 'case_worker') ? [VISITS] : []),
  DEVICES,
  ...(holds(me, 'administrator') ? [QUARANTINE, RULES] : []),
  SETTINGS,
]

/** A thumb has room for four: the settings, and the first three of these. */
const ON_PHONES: readonly PlaceEntry[] = [QUEUE, DUTY, VISITS, HOMES, DEVICES, QUARANTINE, RULES]
const WITH_SETTINGS = 3

const forThumbs = (me: Me): PlaceEntry[] => {
  const places = placesOf(me)
  return ON_PHONES.filter((place) => places.includes(place))
}

export const phonePlacesOf = (me: Me): PlaceEntry[] => [...forThumbs(me).slice(0, WITH_SETTINGS), SETTINGS]

/** What is left is reached from the settings. */
export const furtherPlacesOf = (me: Me): PlaceEntry[] => forThumbs(me).slice(WITH_SETTINGS)
