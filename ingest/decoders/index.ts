import type { Decoder } from '../decoder.ts'
import { native } from './native.ts'
import { senml } from './senml.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'

/** Every family, in the order in which they are asked; each is one line. SenML shares the native topic. */
export const decoders: readonly Decoder[] = [senml, native, zigbee2mqtt]
