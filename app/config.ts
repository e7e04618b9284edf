import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import { TimeZone } from '../contracts/registry.ts'
import { DAY_MS } from '../contracts/time.ts'
import type { RetentionPeriods } from './retention.ts'

/** Where series go: the embedded store, or an InfluxDB of one of its two dialects. */
export type SeriesConfig =
  | { driver: 'embedded' }
  | { driver: 'influx1'; url: string; database: string; username: string; password: string }
  | { driver: 'influx2'; url: string; token: string; org: string; bucket: string }

export interface Config {
  mqtt: { host: string; port: number; tlsPort: number | null; wsPort: number | null }
  http: { host: string; port: number }
  tls: { cert: Buffer; key: Buffer; certFile: string; keyFile: string } | null
  /** The authority whose certificates say who a device or gateway is, and where they say it. */
  clientCertificates: { ca: Buffer; caFile: string; idFrom: 'cn' | 'san' } | null
  /** Addresses and networks of reverse proxies: what they say of who asks is believed. */
  trustedProxies: string[]
  /** Where people reach the console, for links in what they are told; without a closing slash. */
  publicUrl: string | null
  dataDir: string
  series: SeriesConfig
  logLevel: string
  zone: string
  journalReserveEntries: number
  retention: RetentionPeriods
  /** Somebody decided that readings and passwords may cross networks in the clear. */
  allowPlaintext: boolean
}

/** A bad configuration, with every fault in it: nobody should have to start five times to find five typing errors. */
export class ConfigFaults extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(
      `the configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigFaults'
    this.faults = faults
  }
}

const port = z.coerce.number('a port number').int('a port number').min(0).max(65_535)
const text = z.string().min(1, 'must not be empty')
const days = (least: number) => z.coerce.number('a number of days').int().min(least).max(36_500)
const isNetwork = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  // A network of no bits is everybody: then anybody could say that he is somebody else.
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
}
const flag = z.stringbool({ truthy: ['true', '1', 'yes'], falsy: ['false', '0', 'no', ''] })

const Environment = z.object({
  MQTT_PORT: port.default(1883),
  MQTT_TLS_PORT: port.optional(),
  MQTT_WS_PORT: port.optional(),
  MQTT_HOST: text.default('127.0.0.1'),
  HTTP_PORT: port.default(8080),
  HTTP_HOST: text.default('127.0.0.1'),
  TLS_CERT_FILE: text.optional(),
  TLS_KEY_FILE: text.optional(),
  MQTT_CLIENT_CA_FILE: text.optional(),
  MQTT_CLIENT_ID_FROM: z.enum(['cn', 'san']).default('cn'),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter((one) => one !== ''))
    .refine((list) => list.every(isNetwork), 'addresses or networks such as 10.0.0.7, 10.0.0.0/24, fd00::/8')
    .default([]),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'a URL such as https://desk.example.org' }).optional(),
  ALLOW_PLAINTEXT: flag.default(false),
  DATA_DIR: text.default('./data'),
  INFLUX_URL: z.url('a URL such as http://127.0.0.1:8086').optional(),
  INFLUX_DATABASE: text.optional(),
  INFLUX_USERNAME: z.string().optional(),
  INFLUX_PASSWORD: z.string().optional(),
  INFLUX_TOKEN: text.optional(),
  INFLUX_ORG: text.optional(),
  INFLUX_BUCKET: text.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  TZ_DEFAULT: TimeZone.default('Asia/Shanghai'),
  JOURNAL_RESERVE: z.coerce.number('a number of entries').int().min(0).default(100_000),
  RETAIN_NO_HOME_DAYS: days(1).default(30),
  // Logs of who looked are evidence: Chinese law asks for three years of records, and for six months of any log.
  RETAIN_ACCESS_LOG_DAYS: days(180).default(1_096),
  // A year behind, to compare with, and what the rules' own past looks back on.
  RETAIN_FINDINGS_DAYS: days(90).default(400),
  RETAIN_CASES_DAYS: days(90).default(1_096),
})
type Environment = z.infer<typeof Environment>

/** Reads the whole configuration from `environment`; throws `ConfigFaults` naming every fault at once. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // A variable that is set to nothing counts as not set: that is how compose files and units leave one out.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const faults: string[] = []
  const values: Partial<Environment> = {}
  for (const [name, schema] of Object.entries(Environment.shape)) {
    const parsed = (schema as z.ZodType).safeParse(given[name])
    if (parsed.success) Object.assign(values, { [name]: parsed.data })
    else faults.push(`${name}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`)
  }
  const env = values as Environment
  const tls = readTls(env, faults)
  const clientCertificates = readClientAuthority(env, tls !== null, faults)
  const series = readSeries(env, faults)
  checkPlaintext(env, tls !== null, faults)
  if (faults.length > 0) throw new ConfigFaults(faults)
  return {
    mqtt: {
      host: env.MQTT_HOST,
      port: env.MQTT_PORT,
      tlsPort: tls ? (env.MQTT_TLS_PORT ?? 8883) : null,
      wsPort: env.MQTT_WS_PORT ?? null,
    },
    http: { host: env.HTTP_HOST, port: env.HTTP_PORT },
    tls,
    clientCertificates,
    trustedProxies: env.TRUSTED_PROXIES,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    dataDir: env.DATA_DIR,
    series,
    logLevel: env.LOG_LEVEL,
    zone: env.TZ_DEFAULT,
    journalReserveEntries: env.JOURNAL_RESERVE,
    retention: {
      noHomeMs: env.RETAIN_NO_HOME_DAYS * DAY_MS,
      accessLogMs: env.RETAIN_ACCESS_LOG_DAYS * DAY_MS,
      findingsMs: env.RETAIN_FINDINGS_DAYS * DAY_MS,
      casesMs: env.RETAIN_CASES_DAYS * DAY_MS,
    },
    allowPlaintext: env.ALLOW_PLAINTEXT,
  }
}

function readTls(env: Environment, faults: string[]): Config['tls'] {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile } = env
  if (certFile === undefined && keyFile === undefined) {
    if (env.MQTT_TLS_PORT !== undefined) faults.push('MQTT_TLS_PORT: needs TLS_CERT_FILE and TLS_KEY_FILE')
    return null
  }
  if (certFile === undefined || keyFile === undefined) {
    faults.push('TLS_CERT_FILE and TLS_KEY_FILE: one needs the other')
    return null
  }
  const cert = readNamed('TLS_CERT_FILE', certFile, readFileSync, faults)
  const key = readNamed('TLS_KEY_FILE', keyFile, readFileSync, faults)
  return cert && key ? { cert, key, certFile, keyFile } : null
}

function readClientAuthority(
  env: Environment,
  underTls: boolean,
  faults: string[],
): Config['clientCertificates'] {
  const { MQTT_CLIENT_CA_FILE: caFile, MQTT_CLIENT_ID_FROM: idFrom } = env
  if (caFile === undefined) return null
  if (!underTls) faults.push('MQTT_CLIENT_CA_FILE: needs TLS_CERT_FILE and TLS_KEY_FILE')
  const ca = readNamed('MQTT_CLIENT_CA_FILE', caFile, readAuthority, faults)
  return ca && { ca, caFile, idFrom }
}

/** Throws unless the file begins with a certificate in PEM: a wrong one would be nobody's authority without a word. */
export function readAuthority(file: string): Buffer {
  const ca = readFileSync(file)
  if (new X509Certificate(ca).subject === undefined) throw new Error('a certificate without a subject')
  return ca
}

function readNamed(
  name: string,
  file: string,
  read: (file: string) => Buffer,
  faults: string[],
): Buffer | null {
  try {
    return read(file)
  } catch (error) {
    faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

function readSeries(env: Environment, faults: string[]): SeriesConfig {
  const one = [env.INFLUX_DATABASE, env.INFLUX_USERNAME, env.INFLUX_PASSWORD]
  const two = [env.INFLUX_TOKEN, env.INFLUX_ORG, env.INFLUX_BUCKET]
  const named = (part: (string | undefined)[]) => part.some((value) => value !== undefined)
  if (env.INFLUX_URL === undefined) {
    if (named(one) || named(two))
      faults.push('INFLUX_URL: is missing, though other INFLUX_ settings are there')
    return { driver: 'embedded' }
  }
  if (named(one) && named(two))
    faults.push('INFLUX_DATABASE (1.x) and INFLUX_TOKEN/ORG/BUCKET (2.x, 3.x): choose one of the two')
  else if (env.INFLUX_DATABASE !== undefined)
    return {
      driver: 'influx1',
      url: env.INFLUX_URL,
      database: env.INFLUX_DATABASE,
      username: env.INFLUX_USERNAME ?? '',
      password: env.INFLUX_PASSWORD ?? '',
    }
  else if (env.INFLUX_TOKEN !== undefined && env.INFLUX_ORG !== undefined && env.INFLUX_BUCKET !== undefined)
    return {
      driver: 'influx2',
      url: env.INFLUX_URL,
      token: env.INFLUX_TOKEN,
      org: env.INFLUX_ORG,
      bucket: env.INFLUX_BUCKET,
    }
  else
    faults.push(
      'INFLUX_URL: needs INFLUX_DATABASE (1.x), or INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET (2.x, 3.x)',
    )
  return { driver: 'embedded' }
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Readings and case work in the clear are a decision somebody must have taken, not a default. */
function checkPlaintext(env: Environment, tls: boolean, faults: string[]): void {
  if (env.ALLOW_PLAINTEXT) return
  if (env.MQTT_HOST !== undefined && !isLoopback(env.MQTT_HOST))
    faults.push(
      `MQTT_HOST: plain MQTT on ${env.MQTT_HOST} needs ALLOW_PLAINTEXT=true (devices may use MQTT_TLS_PORT)`,
    )
  if (env.HTTP_HOST !== undefined && !isLoopback(env.HTTP_HOST) && !tls)
    faults.push(
      `HTTP_HOST: plain HTTP on ${env.HTTP_HOST} needs TLS_CERT_FILE and TLS_KEY_FILE, or ALLOW_PLAINTEXT=true`,
    )
}
