import { describe, expect, it } from 'vitest'
import { ConfigFaults, readConfig } from '../../app/config.ts'
import { DAY_MS } from '../../contracts/time.ts'

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults
    throw error
  }
}

describe('the configuration', () => {
  it('keeps who looked at whom for half a year at the least', () => {
    expect(readConfig({ RETAIN_ACCESS_LOG_DAYS: '180' }).retention.accessLogMs).toBe(180 * DAY_MS)
    expect(() => readConfig({ RETAIN_ACCESS_LOG_DAYS: '179', RETAIN_NO_HOME_DAYS: '0' })).toThrow(
      /RETAIN_NO_HOME_DAYS[^]*RETAIN_ACCESS_LOG_DAYS/,
    )
  })

  it('needs nothing, and then listens on loopback alone', () => {
    expect(readConfig({})).toEqual({
      mqtt: { host: '127.0.0.1', port: 1883, tlsPort: null, wsPort: null },
      http: { host: '127.0.0.1', port: 8080 },
      publicUrl: null,
      tls: null,
      clientCertificates: null,
      trustedProxies: [],
      dataDir: './data',
      series: { driver: 'embedded' },
      logLevel: 'info',
      zone: 'Asia/Shanghai',
      journalReserveEntries: 100_000,
      retention: {
        noHomeMs: 30 * DAY_MS,
        accessLogMs: 1_096 * DAY_MS,
        findingsMs: 400 * DAY_MS,
        casesMs: 1_096 * DAY_MS,
      },
      allowPlaintext: false,
    })
  })

  it('takes an empty variable for one that is not set', () => {
    expect(readConfig({ MQTT_PORT: '', INFLUX_URL: '' }).mqtt.port).toBe(1883)
  })

  it('lists every fault at once', () => {
    const faults = faultsOf({
      MQTT_PORT: 'eighty',
      HTTP_PORT: '70000',
      TLS_CERT_FILE: '/nowhere/cert.pem',
      TZ_DEFAULT: 'Asia/Shangai',
      INFLUX_TOKEN: 't',
      LOG_LEVEL: 'loud',
      ALLOW_PLAINTEXT: 'perhaps',
    })
    expect(
      faults.map((fault) => fault.split(':')[0]).toSorted((a, b) => String(a).localeCompare(String(b))),
    ).toEqual([
      'ALLOW_PLAINTEXT',
      'HTTP_PORT',
      'INFLUX_URL',
      'LOG_LEVEL',
      'MQTT_PORT',
      'TLS_CERT_FILE and TLS_KEY_FILE',
      'TZ_DEFAULT',
    ])
  })

  it('lets nothing out in the clear unless told so', () => {
    const open = { MQTT_HOST: '0.0.0.0', HTTP_HOST: '::' }
    expect(faultsOf(open)).toHaveLength(2)
    expect(faultsOf({ ...open, ALLOW_PLAINTEXT: 'true' })).toEqual([])
    expect(faultsOf({ MQTT_HOST: '127.0.0.2', HTTP_HOST: 'localhost' })).toEqual([])
  })

  it('knows InfluxDB 1.x from 2.x by what is given, and refuses a mixture', () => {
    const url = { INFLUX_URL: 'http://127.0.0.1:8086' }
    expect(readConfig({ ...url, INFLUX_DATABASE: 'd' }).series).toMatchObject({
      driver: 'influx1',
      database: 'd',
    })
    const two = { INFLUX_TOKEN: 't', INFLUX_ORG: 'o', INFLUX_BUCKET: 'b' }
    expect(readConfig({ ...url, ...two }).series).toMatchObject({ driver: 'influx2', bucket: 'b' })
    expect(faultsOf({ ...url, ...two, INFLUX_DATABASE: 'd' })).toHaveLength(1)
    expect(faultsOf(url)).toHaveLength(1)
    expect(faultsOf({ ...url, INFLUX_TOKEN: 't' })).toHaveLength(1)
  })

  it('asks for a certificate before it serves MQTT over TLS', () => {
    expect(faultsOf({ MQTT_TLS_PORT: '8883' })).toEqual([
      'MQTT_TLS_PORT: needs TLS_CERT_FILE and TLS_KEY_FILE',
    ])
  })

  it('takes an authority of client certificates only with a certificate of its own, and only a real one', () => {
    expect(faultsOf({ MQTT_CLIENT_CA_FILE: import.meta.filename })).toEqual([
      'MQTT_CLIENT_CA_FILE: needs TLS_CERT_FILE and TLS_KEY_FILE',
      expect.stringMatching(/^MQTT_CLIENT_CA_FILE: .*PEM/i),
    ])
    expect(faultsOf({ MQTT_CLIENT_ID_FROM: 'email' })).toHaveLength(1)
  })

  it('believes proxies by their addresses and networks, and nobody by a word that is none', () => {
    expect(readConfig({ TRUSTED_PROXIES: '10.0.0.7, fd00::/8 192.168.0.0/16' }).trustedProxies).toEqual([
      '10.0.0.7',
      'fd00::/8',
      '192.168.0.0/16',
    ])
    for (const wrong of ['true', '10.0.0', '0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', 'proxy.local'])
      expect(faultsOf({ TRUSTED_PROXIES: wrong }), wrong).toHaveLength(1)
  })
})
