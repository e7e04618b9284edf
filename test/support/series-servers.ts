import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answers, type RunningServer, startServer } from './server-process.ts'

/**
 * InfluxDB 1.x; `settings` in the form of its environment variables. With `INFLUXDB_HTTP_AUTH_ENABLED` requests need a
 * user: make the first one by `CREATE USER … WITH ALL PRIVILEGES`.
 */
export const startInfluxd = (binary: string, settings: Record<string, string> = {}): Promise<RunningServer> =>
  startServer({
    name: 'influxd',
    binary,
    scheme: 'http',
    launch: (port, folder) => {
      // An empty configuration, so that none of the machine's is read; all else comes from the environment.
      const config = join(folder, 'influxd.conf')
      writeFileSync(config, '')
      return {
        args: ['run', '-config', config],
        env: {
          INFLUXDB_REPORTING_DISABLED: 'true',
          INFLUXDB_BIND_ADDRESS: '127.0.0.1:0',
          INFLUXDB_META_DIR: join(folder, 'meta'),
          INFLUXDB_DATA_DIR: join(folder, 'data'),
          INFLUXDB_DATA_WAL_DIR: join(folder, 'wal'),
          INFLUXDB_DATA_QUERY_LOG_ENABLED: 'false',
          INFLUXDB_MONITOR_STORE_ENABLED: 'false',
          INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
          INFLUXDB_HTTP_LOG_ENABLED: 'false',
          ...settings,
        },
      }
    },
    ready: (port) => answers(`http://127.0.0.1:${port}/ping`),
  })

/** VictoriaMetrics: a real server for the line protocol of InfluxDB 2.x. Ask `/internal/force_flush` before reading. */
export const startVictoriaMetrics = (binary: string): Promise<RunningServer> =>
  startServer({
    name: 'victoria-metrics',
    binary,
    scheme: 'http',
    launch: (port, folder) => ({
      args: [
        `-storageDataPath=${join(folder, 'data')}`,
        `-httpListenAddr=127.0.0.1:${port}`,
        '-retentionPeriod=100y',
        '-loggerLevel=ERROR',
        '-memory.allowedBytes=100MB',
      ],
    }),
    ready: (port) => answers(`http://127.0.0.1:${port}/health`),
  })

/**
 * Runs one InfluxQL statement, with `login` as `user:password`, and returns the answer's text. Waits for all of it: InfluxDB says "200" before it begins.
 */
export async function influxQl(url: string, statement: string, login?: string): Promise<string> {
  const headers = login === undefined ? {} : { authorization: `Basic ${btoa(login)}` }
  const body = new URLSearchParams({ q: statement })
  return (await fetch(`${url}/query`, { method: 'POST', headers, body })).text()
}
