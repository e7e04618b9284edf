import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Certificate {
  cert: Buffer
  key: Buffer
}

/** A certificate authority of one test file, made with openssl. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'broker-ca-'))
  readonly ca: Buffer
  #count = 0

  constructor() {
    this.#openssl([
      'req',
      '-x509',
      ...this.#newKey('ca'),
      '-out',
      this.#file('ca.pem'),
      '-days',
      '2',
      '-subj',
      '/CN=ca',
    ])
    this.ca = readFileSync(this.#file('ca.pem'))
  }

  /** Signed by this authority, for 127.0.0.1 and the names given; good for so many days, which may lie in the past. */
  issue(commonName: string, { dns = [], days = 2 }: { dns?: string[]; days?: number } = {}): Certificate {
    this.#count += 1
    const name = `${this.#count}`
    const [request, cert, extensions] = ['csr', 'pem', 'ext'].map((end) => this.#file(`${name}.${end}`))
    writeFileSync(
      extensions ?? '',
      `subjectAltName=${['IP:127.0.0.1', ...dns.map((one) => `DNS:${one}`)].join(',')}\n`,
    )
    this.#openssl(['req', ...this.#newKey(name), '-out', request ?? '', '-subj', `/CN=${commonName}`])
    const signer = ['-CA', this.#file('ca.pem'), '-CAkey', this.#file('ca.key'), '-set_serial', name]
    const how = ['-days', `${days}`, '-extfile', extensions ?? '']
    this.#openssl(['x509', '-req', '-in', request ?? '', '-out', cert ?? '', ...signer, ...how])
    return { cert: readFileSync(cert ?? ''), key: readFileSync(this.#file(`${name}.key`)) }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #newKey(name: string): string[] {
    return [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      this.#file(`${name}.key`),
    ]
  }

  #openssl(args: string[]): void {
    execFileSync('openssl', args, { stdio: 'ignore' })
  }

  #file(name: string): string {
    return join(this.folder, name)
  }
}
