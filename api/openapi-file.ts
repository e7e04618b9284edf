import { writeFile } from 'node:fs/promises'
import pino from 'pino'
import type { Channels, Subscriptions } from '../contracts/channel.ts'
import type { CheckInDoor } from '../contracts/check-in.ts'
import type { Commands } from '../contracts/command.ts'
import type { DeviceCommands } from '../contracts/device-command.ts'
import type { DutyDesk } from '../contracts/duty-desk.ts'
import type { Imports } from '../contracts/import.ts'
import type { KeptMessages } from '../contracts/kept-message.ts'
import type { PushDoor } from '../contracts/push.ts'
import type { SourceWatch } from '../contracts/source.ts'
import type { Trials } from '../contracts/trial.ts'
import type { Foresight, Relearning } from '../contracts/why-not.ts'
import type { SeriesStore } from '../store/series.ts'
import type { StateStore } from '../store/state.ts'
import { buildApi } from './server.ts'

export const OPENAPI_FILE = new URL('../console/openapi.json', import.meta.url)

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]))
}

/** The document as it stands in the file: same routes, same text. */
export const openapiText = (document: unknown): string => `${JSON.stringify(sorted(document), null, 2)}\n`

const now = () => 0

/** The routes are made without anything behind them: only their forms are asked for. */
const documentOfNothing = async (): Promise<unknown> => {
  const api = await buildApi({
    state: { access: {} } as StateStore,
    series: {} as SeriesStore,
    commands: {} as Commands,
    duty: {} as DutyDesk,
    trials: {} as Trials,
    keptMessages: {} as KeptMessages,
    foresight: {} as Foresight,
    relearning: {} as Relearning,
    sourceWatch: {} as SourceWatch,
    profiles: [],
    imports: {} as Imports,
    deviceCommands: {} as DeviceCommands,
    push: {} as PushDoor,
    channels: {} as Channels,
    subscriptions: {} as Subscriptions,
    checkIns: {} as CheckInDoor,
    live: { listen: () => () => {} },
    clocks: { civil: { now }, wall: { now }, factor: 1 },
    zoneDefault: 'Asia/Shanghai',
    mqtt: { port: null, tlsPort: null },
    mode: 'service',
    consoleDir: null,
    tls: null,
    trustedProxies: [],
    ready: () => Promise.resolve({ ready: true }),
    metricsText: () => Promise.resolve(''),
    seriesLag: () => 0,
    log: pino({ level: 'silent' }),
  })
  const document = api.swagger()
  await api.close()
  return document
}

if (import.meta.main) await writeFile(OPENAPI_FILE, openapiText(await documentOfNothing()))
