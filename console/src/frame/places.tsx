import {
  ApartmentOutlined,
  BellOutlined,
  ControlOutlined,
  HomeOutlined,
  InboxOutlined,
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
const DEVICES: PlaceEntry = { path: '/devices', label: 'place.devices', icon: <ApartmentOutlined /> }
const QUARANTINE: PlaceEntry = { path: '/quarantine', label: 'place.quarantine', icon: <InboxOutlined /> }
const RULES: PlaceEntry = { path: '/rules', label: 'place.rules', icon: <ControlOutlined /> }
const SETTINGS: PlaceEntry = { path: '/settings', label: 'place.settings', icon: <SettingOutlined /> }

/** Where this account may go: no entry that leads nowhere. */
export const placesOf = (me: Me): PlaceEntry[] => [
  ...(holds(me, 'case_worker') ? [QUEUE] : []),
  HOMES,
  DEVICES,
  ...(holds(me, 'administrator') ? [QUARANTINE, RULES] : []),
  SETTINGS,
]

/** A thumb has room for four; what is left is reached from the settings. */
export const phonePlacesOf = (me: Me): PlaceEntry[] =>
  placesOf(me).filter((place) => place !== QUARANTINE && place !== RULES)

export const furtherPlacesOf = (me: Me): PlaceEntry[] =>
  placesOf(me).filter((place) => place === QUARANTINE || place === RULES)
