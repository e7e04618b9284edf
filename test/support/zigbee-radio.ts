import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'

/**
 * `node test/support/zigbee-radio.ts PACKAGE_FOLDER`: the real zigbee2mqtt, of the package unpacked there, over a radio that
 * is none: the devices below, which say what the parent process tells them to and tell it what they are told. Its data
 * folder is `ZIGBEE2MQTT_DATA`.
 */
export interface ZigbeeSaying {
  ieeeAddr: string
  type: string
  cluster: string
  data: object
}
export interface ZigbeeOrder {
  ieeeAddr: string
  cluster: string
  command: string
}
export const SMOKE = '0x00158d0000000001'
export const VALVE = '0x00158d0000000002'

const COORDINATOR = '0x00124b0000000000'
const SUCCESSFUL = 'SUCCESSFUL'
const noop = async (): Promise<object> => ({})

class Endpoint {
  readonly ID = 1
  readonly profileID = 260
  readonly inputClusters: number[]
  readonly outputClusters: number[] = []
  readonly deviceIeeeAddress: string
  readonly deviceNetworkAddress: number
  readonly clusters: Record<string, { attributes: object }>
  readonly binds: object[] = []
  readonly configuredReportings: object[] = []
  readonly meta = {}
  readonly bind = noop
  readonly unbind = noop
  readonly configureReporting = noop
  readonly read = noop
  readonly write = noop
  readonly save = (): void => {}
  readonly #names: readonly string[]
  readonly command: (cluster: string, command: string) => Promise<object>

  constructor(ieeeAddr: string, networkAddress: number, clusters: Record<string, number>) {
    this.deviceIeeeAddress = ieeeAddr
    this.deviceNetworkAddress = networkAddress
    this.#names = Object.keys(clusters)
    this.inputClusters = Object.values(clusters)
    this.clusters = Object.fromEntries(this.#names.map((name) => [name, { attributes: {} }]))
    this.command = async (cluster, command) => {
      process.send?.({ ieeeAddr, cluster, command } satisfies ZigbeeOrder)
      return {}
    }
  }

  supportsInputCluster = (name: string): boolean => this.#names.includes(name)
  supportsOutputCluster = (): boolean => false
  getInputClusters = () => this.#names.map((name, at) => ({ name, ID: this.inputClusters[at] }))
  getOutputClusters = () => []
  getClusterAttributeValue = (): undefined => undefined
  saveClusterAttributeKeyValue = (): void => {}
  hasPendingRequests = (): boolean => false
  getDevice = (): undefined => undefined
}

class Device {
  readonly type: string
  readonly ieeeAddr: string
  readonly networkAddress: number
  readonly modelID: string | undefined
  readonly manufacturerName: string | undefined
  readonly endpoints: Endpoint[]
  readonly manufacturerID = 0
  readonly powerSource = 'Battery'
  readonly softwareBuildID = '1'
  readonly dateCode = '20260101'
  readonly interviewState = SUCCESSFUL
  readonly interviewCompleted = true
  readonly interviewing = false
  readonly isDeleted = false
  readonly customClusters = {}
  readonly meta: Record<string, unknown> = {}
  linkquality = 120
  lastSeen = Date.now()
  readonly save = (): void => {}
  readonly addCustomCluster = (): void => {}
  readonly ping = noop
  readonly interview = noop

  constructor(type: string, ieeeAddr: string, networkAddress: number, model: string[], clusters: object) {
    this.type = type
    this.ieeeAddr = ieeeAddr
    this.networkAddress = networkAddress
    ;[this.modelID, this.manufacturerName] = model
    this.endpoints = [new Endpoint(ieeeAddr, networkAddress, clusters as Record<string, number>)]
  }

  getEndpoint = (id: number): Endpoint | undefined => this.endpoints.find((one) => one.ID === id)
}

const devices = [
  new Device('Coordinator', COORDINATOR, 0, [], {}),
  new Device('EndDevice', SMOKE, 1, ['SMOK_V16', 'HEIMAN'], { genBasic: 0, genPowerCfg: 1, ssIasZone: 1280 }),
  new Device('EndDevice', VALVE, 2, ['SWV', 'SONOFF'], { genBasic: 0, genPowerCfg: 1, genOnOff: 6 }),
]

/** What zigbee2mqtt asks of a radio, as zigbee-herdsman's own controller answers it. */
class Radio extends EventEmitter {
  constructor() {
    super()
    process.on('message', ({ ieeeAddr, type, cluster, data }: ZigbeeSaying) => {
      const device = devices.find((one) => one.ieeeAddr === ieeeAddr)
      const endpoint = device?.endpoints[0]
      this.emit('message', { type, cluster, data, device, endpoint, linkquality: 120, groupID: 0, meta: {} })
    })
  }
  start = async () => 'resumed'
  stop = noop
  isStopping = () => false
  backup = noop
  permitJoin = noop
  getPermitJoin = () => false
  getPermitJoinEnd = () => undefined
  coordinatorCheck = async () => ({ missingRouters: [] })
  getCoordinatorVersion = async () => ({ type: 'none', meta: {} })
  getNetworkParameters = async () => ({ panID: 1, extendedPanID: '0x00', channel: 11, nwkUpdateID: 0 })
  getDevicesByType = (type: string) => devices.filter((one) => one.type === type)
  getDeviceByIeeeAddr = (address: string) => devices.find((one) => one.ieeeAddr === address)
  getDeviceByNetworkAddress = (address: number) => devices.find((one) => one.networkAddress === address)
  getGroupByID = () => undefined
  getDevicesIterator = (accepts: (device: Device) => boolean = () => true) => devices.filter(accepts).values()
  getGroupsIterator = () => [].values()
}

interface Bridge {
  start(): Promise<void>
  stop(restart: boolean): Promise<void>
}
type BridgeClass = new (restart: () => Promise<void>, exit: (code: number) => Promise<void>) => Bridge

if (import.meta.main) {
  const load = createRequire(`${process.argv[2] ?? ''}/node_modules/zigbee2mqtt/index.js`)
  const herdsman = load('zigbee-herdsman/dist/controller/controller') as Record<string, unknown>
  herdsman['Controller'] = Radio
  const { onboard } = load('./dist/util/onboarding.js') as { onboard(): Promise<boolean> }
  if (!(await onboard())) throw new Error('zigbee2mqtt does not take its configuration')
  const { Controller } = load('./dist/controller.js') as { Controller: BridgeClass }
  const exit = async (code: number) => process.exit(code)
  const bridge = new Controller(() => exit(0), exit)
  await bridge.start()
  process.send?.('started')
  // Whoever started it is gone: nobody would stop it.
  process.on('disconnect', () => process.exit(0))
}
