import type { DeviceProfile } from '../../contracts/profile.ts'
import { DAY_S, profile } from './profile.ts'

const DETECTOR = {
  kind: 'smoke',
  measures: ['smoke', 'smoke_test', 'battery_low', 'tamper', 'fault'],
  unit: '—',
} as const
const ZIGBEE = {
  ...DETECTOR,
  family: 'zigbee2mqtt',
  measures: ['smoke', 'smoke_test', 'battery_low', 'battery_pct', 'tamper'],
  cadenceS: DAY_S / 6,
} as const

/** Sources: zigbee2mqtt's device list, Shelly's API pages, the makers' manuals. Detectors check in far more rarely than they could ring. */
export const smokeProfiles: readonly DeviceProfile[] = [
  profile({
    ...DETECTOR,
    family: 'native',
    maker: '守望 Shouwang',
    model: 'SW-SMOKE',
    cadenceS: DAY_S / 6,
    abilities: ['hush', 'self_test'],
    direct: true,
  }),
  profile({ ...ZIGBEE, maker: '海曼 HEIMAN', model: 'HS1SA-E' }),
  profile({ ...ZIGBEE, maker: '海曼 HEIMAN', model: 'HS3SA' }),
  profile({ ...ZIGBEE, maker: 'frient', model: 'SMSZB-120', abilities: ['self_test'] }),
  profile({
    ...ZIGBEE,
    maker: 'Aqara 绿米',
    model: 'JY-GZ-01AQ',
    abilities: ['hush', 'self_test'],
    test: {
      zh: '按一下顶部按钮，听到“滴”声后自检',
      en: 'Press the button on top once; it tests itself after the beep',
    },
  }),
  profile({ ...ZIGBEE, maker: 'Tuya 涂鸦', model: 'TS0205' }),
  profile({ ...DETECTOR, family: 'shelly-gen2', maker: 'Shelly', model: 'SNSN-0031Z', cadenceS: DAY_S }),
  profile({ ...DETECTOR, family: 'shelly-gen1', maker: 'Shelly', model: 'SHSM-01', cadenceS: DAY_S / 2 }),
  profile({ ...DETECTOR, family: 'chirpstack', maker: '—', model: 'TG563A', cadenceS: DAY_S }),
  profile({
    ...DETECTOR,
    family: 'rtl_433',
    maker: 'Visonic/GS',
    model: 'Smoke-GS558',
    measures: ['smoke'],
    cadenceS: null,
  }),
  profile({ ...DETECTOR, family: 'ctwing', maker: '海曼 HEIMAN', model: 'HM-618PHS-NB', cadenceS: DAY_S }),
]
