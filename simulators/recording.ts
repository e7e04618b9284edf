import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { type EpochMs, iso } from '../contracts/time.ts'
import type { SimulatedHome } from './home.ts'

/**
 * Writes what the homes measured in [fromMs, toMs) as `home,device,ts,metric,value,quality`: home by home, ascending,
 * each value once; states as 1 and 0. Garbage leaves no row, like anything else that never arrived.
 */
export async function writeRecording(
  file: string,
  homes: readonly SimulatedHome[],
  fromMs: EpochMs,
  toMs: EpochMs,
): Promise<void> {
  const rows = Readable.from(recordingOf(homes, fromMs, toMs))
  if (file.endsWith('.gz')) await pipeline(rows, createGzip(), createWriteStream(file))
  else await pipeline(rows, createWriteStream(file))
}

export function* recordingOf(
  homes: readonly SimulatedHome[],
  fromMs: EpochMs,
  toMs: EpochMs,
): Generator<string> {
  yield 'home,device,ts,metric,value,quality\n'
  for (const { plan, source } of homes) {
    const rows = new Map<string, { at: EpochMs; line: string }>()
    for (const { deviceId, samples, garbage } of source(fromMs, toMs)) {
      if (garbage !== undefined) continue
      for (const { measuredAtMs, values } of samples) {
        for (const [metric, value] of Object.entries(values)) {
          if (measuredAtMs === null || value === null) continue
          const key = `${plan.homeId},${deviceId},${iso(measuredAtMs)},${metric}`
          if (!rows.has(key)) rows.set(key, { at: measuredAtMs, line: `${key},${Number(value)},\n` })
        }
      }
    }
    // One chunk a home: a write for each row would cost more than making it.
    yield [...rows.values()]
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line)
      .join('')
  }
}

/** `home,kind,start,end`: the truth to judge alerts by. */
export async function writeIncidents(file: string, homes: readonly SimulatedHome[]): Promise<void> {
  const lines = homes.flatMap(({ plan }) =>
    (plan.incidents ?? []).map(
      ({ kind, fromMs, toMs }) => `${plan.homeId},${kind},${iso(fromMs)},${toMs === null ? '' : iso(toMs)}\n`,
    ),
  )
  await writeFile(file, ['home,kind,start,end\n', ...lines].join(''))
}
