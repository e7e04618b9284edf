import type { DeviceKind } from '../api/types.ts'

/** Where the service listens, as it says itself; a port is null when it does not offer that way. */
export interface MqttAddress {
  host: string
  port: number | null
  tlsPort: number | null
}

const SAMPLE: Record<DeviceKind, object> = {
  water: { water_total_m3: 12.345 },
  electricity: { energy_import_kwh: 345.6, power_w: 84 },
  smoke: { smoke: true },
  gateway: { online: true },
  other: { online: true },
}

/** Whoever reached this page over TLS connects devices that way, too, if it is offered. */
const usesTls = ({ port, tlsPort }: MqttAddress, isSecurePage: boolean): boolean =>
  tlsPort !== null && (isSecurePage || port === null)

/** "192.168.1.5:1883", "example.org:8883 (TLS)". */
export const addressText = (mqtt: MqttAddress, isSecurePage: boolean): string => {
  const host = mqtt.host.includes(':') ? `[${mqtt.host}]` : mqtt.host
  return usesTls(mqtt, isSecurePage) ? `${host}:${mqtt.tlsPort} (TLS)` : `${host}:${mqtt.port}`
}

/** The line to try it with, to be pasted into any shell that has mosquitto's clients. */
export const mosquittoLine = (
  mqtt: MqttAddress & { topic: string; username: string },
  secret: string,
  kind: DeviceKind,
  isSecurePage: boolean,
): string => {
  const tls = usesTls(mqtt, isSecurePage)
  const words = [
    'mosquitto_pub',
    `-h ${mqtt.host} -p ${tls ? mqtt.tlsPort : mqtt.port}`,
    ...(tls ? ['--tls-use-os-certs'] : []),
    `-i ${mqtt.username} -u ${mqtt.username} -P ${secret}`,
    `-q 1 -t ${mqtt.topic} -m '${JSON.stringify(SAMPLE[kind])}'`,
  ]
  return words.join(' ')
}
