import type { DeviceProfile } from '../../contracts/profile.ts'
import { profile } from './profile.ts'

const METER = {
  kind: 'electricity',
  measures: ['energy_import_kwh', 'power_w'],
  unit: 'kWh',
} as const

/** Sources: the makers' API pages (Shelly, Tasmota), zigbee2mqtt's device list, the DSMR and OBIS tables. */
export const electricityProfiles: readonly DeviceProfile[] = [
  profile({
    ...METER,
    family: 'native',
    maker: '守望 Shouwang',
    model: 'SW-POWER',
    cadenceS: 900,
    wrap: 1_000_000,
    abilities: ['interval'],
    direct: true,
  }),
  profile({ ...METER, family: 'shelly-gen1', maker: 'Shelly', model: 'SHEM', cadenceS: 60 }),
  profile({ ...METER, family: 'shelly-gen1', maker: 'Shelly', model: 'SHEM-3', cadenceS: 60 }),
  profile({
    ...METER,
    family: 'shelly-gen1',
    maker: 'Shelly',
    model: 'SHPLG-S',
    cadenceS: 60,
    abilities: ['switch'],
  }),
  profile({ ...METER, family: 'shelly-gen2', maker: 'Shelly', model: 'SPEM-003CEBEU', cadenceS: 60 }),
  profile({
    ...METER,
    family: 'shelly-gen2',
    maker: 'Shelly',
    model: 'SNPL-00112EU',
    cadenceS: 60,
    abilities: ['switch'],
  }),
  profile({
    ...METER,
    family: 'tasmota',
    maker: 'Sonoff',
    model: 'POWR316D',
    cadenceS: 300,
    abilities: ['interval', 'switch'],
  }),
  profile({
    ...METER,
    family: 'zigbee2mqtt',
    maker: 'frient',
    model: 'EMIZB-141',
    cadenceS: 300,
    measures: ['energy_import_kwh', 'power_w', 'battery_pct'],
  }),
  profile({
    ...METER,
    family: 'zigbee2mqtt',
    maker: 'Tuya',
    model: 'TS011F_plug_1',
    cadenceS: 600,
    abilities: ['switch'],
  }),
  profile({ ...METER, family: 'dsmr', maker: 'DSMR P1', model: 'P1-DSMR5', cadenceS: 60, wrap: 1_000_000 }),
  profile({
    ...METER,
    family: 'ams2mqtt',
    maker: 'Kamstrup',
    model: 'OMNIPOWER-HAN',
    cadenceS: 60,
    wrap: 1_000_000,
  }),
  profile({ ...METER, family: 'zwave-js-ui', maker: 'Aeotec', model: 'ZW095', cadenceS: 300 }),
]
