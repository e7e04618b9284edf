import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Meters } from '../contracts/telemetry.ts'
import { openEmbeddedSeries } from '../store/embedded/series.ts'
import { openInflux1Series } from '../store/influx1/series.ts'
import { openInflux2Series } from '../store/influx2/series.ts'
import type { Journal } from '../store/journal.ts'
import type { SeriesStore } from '../store/series.ts'
import { openJournal } from '../store/sqlite/journal.ts'
import { openState } from '../store/sqlite/state.ts'
import type { StateStore } from '../store/state.ts'
import type { Config } from './config.ts'
import { lockFolder } from './folder-lock.ts'
import { RULES_READER } from './pipeline/pipeline.ts'
import { SealedSecrets } from './sealed-secrets.ts'
import { SERIES_READER } from './series-reader.ts'

export interface Stores {
  state: StateStore
  journal: Journal
  series: SeriesStore
  /** What signs us in elsewhere. */
  secrets: SealedSecrets
  close(): Promise<void>
}

/** Takes the data folder for this process and opens all that is kept in it, or in the InfluxDB that is configured. */
export async function openStores(
  config: Config,
  mode: 'service' | 'demo',
  log: Logger,
  meters: Meters,
): Promise<Stores> {
  const { dataDir } = config
  const unlock = lockFolder(dataDir)
  const state = openState({ file: join(dataDir, 'state.db') })
  await claimFolder(state, mode, dataDir)
  const secrets = SealedSecrets.load(dataDir, state.sealedSecrets)
  const journal = openJournal({
    file: join(dataDir, 'journal.db'),
    log: log.child({ part: 'journal' }),
    meters,
  })
  await journal.retainFor([RULES_READER, SERIES_READER])
  const series = openSeries(config, log.child({ part: 'series' }))
  return {
    state,
    journal,
    series,
    secrets,
    async close() {
      await journal.close()
      await series.close()
      await state.close()
      unlock()
    },
  }
}

/** Demo and real data never mix: a folder belongs to the mode that first wrote to it. */
async function claimFolder(state: StateStore, mode: string, dataDir: string): Promise<void> {
  const owner = await state.facts.get('mode')
  if (owner === null) await state.facts.put('mode', mode)
  else if (owner !== mode) {
    await state.close()
    throw new Error(
      `${dataDir} holds the data of another mode (${owner}); this is the ${mode}: choose another DATA_DIR`,
    )
  }
}

function openSeries({ series, dataDir }: Config, log: Logger): SeriesStore {
  if (series.driver === 'influx1') return openInflux1Series({ ...series, log })
  if (series.driver === 'influx2') return openInflux2Series({ ...series, log })
  return openEmbeddedSeries({ file: join(dataDir, 'series.db'), log })
}
