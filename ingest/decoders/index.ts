import type { Decoder } from '../decoder.ts'
import { aiOnTheEdge } from './ai-on-the-edge.ts'
import { alink } from './alink.ts'
import { ams2mqtt } from './ams2mqtt.ts'
import { chirpstack } from './chirpstack.ts'
import { ctwing } from './ctwing.ts'
import { dsmr } from './dsmr.ts'
import { homeAssistant } from './home-assistant.ts'
import { huaweiIotda } from './huawei-iotda.ts'
import { native } from './native.ts'
import { onenet } from './onenet.ts'
import { openMqttGateway } from './open-mqtt-gateway.ts'
import { rtl433 } from './rtl433.ts'
import { rtlamr } from './rtlamr.ts'
import { senml } from './senml.ts'
import { shellyGen1 } from './shelly-gen1.ts'
import { shellyGen2 } from './shelly-gen2.ts'
import { sparkplug } from './sparkplug.ts'
import { tasmota } from './tasmota.ts'
import { thingsStack } from './things-stack.ts'
import { thingsboard } from './thingsboard.ts'
import { tuyaLink } from './tuyalink.ts'
import { wmbusmeters } from './wmbusmeters.ts'
import { zigbee2mqtt } from './zigbee2mqtt.ts'
import { zwaveJsUi } from './zwave-js-ui.ts'

/**
 * Every family, in the order in which they are asked; each is one line. First those that own a topic's beginning (SenML shares
 * the native one), then those known by the form of a topic, then those known by their payload alone; last the one that
 * other sources have explained to it.
 */
export const decoders: readonly Decoder[] = [
  senml,
  native,
  sparkplug,
  alink,
  onenet,
  huaweiIotda,
  tuyaLink,
  thingsboard,
  shellyGen1,
  chirpstack,
  thingsStack,
  shellyGen2,
  tasmota,
  openMqttGateway,
  wmbusmeters,
  ctwing,
  rtlamr,
  rtl433,
  dsmr,
  ams2mqtt,
  zigbee2mqtt,
  zwaveJsUi,
  aiOnTheEdge,
  homeAssistant,
]
