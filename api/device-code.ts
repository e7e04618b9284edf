import type { DeviceProfile } from '../contracts/profile.ts'

export interface ReadCode {
  serial: string
  profile: DeviceProfile | null
}

/** What stands for the number of a device in the codes of makers, in the order in which they are believed. */
const NUMBER_NAMES = ['deveui', 'imei', 'ieee', 'mac', 'sn', 'serial', 'serialno', 'deviceid', 'id', 'did']
const SERIAL = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/

/**
 * The number, and if it says so the product, in what is printed on a device: our own `SW1:{family}:{model}:{serial}`,
 * LoRaWAN's TR005, Zigbee's install codes, an address or JSON that names a number, `IMEI:…` and the like, or the bare
 * number. Null when there is none in it: a pairing code of Matter or HomeKit is no number.
 */
export function readDeviceCode(text: string, profiles: readonly DeviceProfile[]): ReadCode | null {
  const code = text.trim()
  if (/^(MT:|X-HM:)/i.test(code)) return null
  const own = /^SW1:([^:]+):([^:]+):(.+)$/i.exec(code)
  if (own !== null) return ownCode(own[1] ?? '', own[2] ?? '', own[3] ?? '', profiles)
  const found = loraCode(code) ?? zigbeeCode(code) ?? named(code) ?? code
  const serial = found.trim()
  return SERIAL.test(serial) ? { serial, profile: null } : null
}

function ownCode(
  family: string,
  model: string,
  serial: string,
  profiles: readonly DeviceProfile[],
): ReadCode | null {
  const words = [family, model].map((word) => unescaped(word).toLowerCase())
  const profile = profiles.find(
    (one) => one.family.toLowerCase() === words[0] && one.model.toLowerCase() === words[1],
  )
  const number = unescaped(serial)
  return SERIAL.test(number) ? { serial: number, profile: profile ?? null } : null
}

const unescaped = (word: string): string => {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}

/** LoRa Alliance TR005: `LW:D0:{JoinEUI}:{DevEUI}:{profile}…`. */
const loraCode = (code: string): string | null =>
  /^LW:D0:[0-9A-F]{16}:([0-9A-F]{16}):/i.exec(code)?.[1]?.toLowerCase() ?? null

/** `Z:{EUI64}$I:{install code}`, and Aqara's `…$D:{EUI64}…$I:…`. */
const zigbeeCode = (code: string): string | null => {
  const eui = /(?:^Z:|\$D:)([0-9A-F]{16})(?![0-9A-F])/i.exec(code)?.[1]
  return eui === undefined ? null : `0x${eui.toLowerCase()}`
}

/** `{"sn": "…"}`, `https://…?imei=…`, `SN:… IMEI:…`. */
function named(code: string): string | null {
  const pairs = new Map(pairsIn(code).map(([name, value]) => [plain(name), value]))
  for (const name of NUMBER_NAMES) {
    const value = pairs.get(name)
    if (value !== undefined && value !== '') return value
  }
  return null
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '')

function pairsIn(code: string): [string, string][] {
  if (code.startsWith('{')) return jsonPairs(code)
  if (/^https?:/i.test(code)) return URL.canParse(code) ? [...new URL(code).searchParams] : []
  return [...code.matchAll(/(?:^|[\s;,|])([A-Za-z][A-Za-z _/]{0,14}?)\s*[:=]\s*([A-Za-z0-9._-]+)/g)].map(
    ([, name = '', value = '']) => [name, value],
  )
}

function jsonPairs(code: string): [string, string][] {
  try {
    const said: unknown = JSON.parse(code)
    return said === null || typeof said !== 'object'
      ? []
      : Object.entries(said).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
        )
  } catch {
    return []
  }
}
