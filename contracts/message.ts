import type { DeviceId, GatewayId } from './ids.ts'
import type { DeviceKind, MeasuredAtSource, Quality, Values } from './reading.ts'

/** Who a connection to the broker belongs to. */
export type Principal =
  | { type: 'device'; deviceId: DeviceId }
  | { type: 'gateway'; gatewayId: GatewayId; topics: readonly string[] }

/** An MQTT message as it reached us, at civil time `receivedAt`. */
export interface Message {
  topic: string
  payload: Uint8Array
  receivedAt: number
  /** Handed out from another broker's memory on subscribing, so perhaps old; never true for what a device publishes to us. */
  retained: boolean
}

/** A sample as a decoder yields it: `sourceId` is the device's own id within its source, not yet a registered one. */
export interface Sample {
  sourceId: string
  channel?: string
  kind: DeviceKind
  measuredAt: number
  measuredAtSource: MeasuredAtSource
  seq?: number
  values: Values
  quality: Quality[]
}

export type DecodeRefusalCode =
  | 'ignored'
  | 'malformed'
  | 'undecoded'
  | 'needs_mapping'
  | 'too_large'
  | 'out_of_range'
  | 'too_old'
  | 'in_future'
  | 'unregistered_device'
  | 'wrong_device'

export interface DecodeRefusal {
  code: DecodeRefusalCode
  message: string
}

/** Good samples and the reason why (some of) the message was not taken may come together. */
export interface Decoded {
  samples: Sample[]
  refused: DecodeRefusal | null
}
