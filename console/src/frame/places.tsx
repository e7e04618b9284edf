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
}

const QUEUE: PlaceEntry = { path: '/queue', label: 'place.queue', icon: <BellOutlined /> }
const HOMES: PlaceEntry = { path: '/homes', label: 'place.homes', icon: <HomeOutlined /> }
const VISITS: PlaceEntry = { path: '/visits', label: 'place.visits', icon: <SendOutlined /> }
const DEVICES: PlaceEntry = { path: '/devices', label: 'place.devices', icon: <ApartmentOutlined /> }
const DUTY: PlaceEntry = { path: '/duty', label: 'place.duty', icon: <ContactsOutlined /> }
const QUARANTINE: PlaceEntry = { path: '/quarantine', label: 'place.quarantine', icon: <InboxOutlined /> }
const RULES: PlaceEntry = { path: '/rules', label: 'place.rules', icon: <ControlOutlined /> }
const SETTINGS: PlaceEntry = { path: '/settings', label: 'place.settings', icon: <SettingOutlined /> }

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
