import { X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Log } from '../contracts/telemetry.ts'
import { readAuthority } from './config.ts'

/** How often the files are looked at. Polling sees a link that was turned to another file, which events do not. */
const LOOK_EVERY_MS = 30_000

export interface CertificateWatch {
  /** Reads the files again now. */
  reload(): void
  stop(): void
}

export interface Certificates {
  cert: Buffer
  key: Buffer
  /** Of whoever comes with a certificate. */
  clientCa?: Buffer
}

/**
 * Hands the certificates to `apply` whenever one of their files has changed. When they cannot be read or are no pair,
 * which is so for a moment when they are renewed one after the other, what is in use stays in use.
 */
export function watchCertificates(
  { certFile, keyFile, caFile = null }: { certFile: string; keyFile: string; caFile?: string | null },
  apply: (certificates: Certificates) => void,
  log: Log,
  lookEveryMs = LOOK_EVERY_MS,
): CertificateWatch {
  const reload = () => {
    try {
      const cert = readFileSync(certFile)
      const key = readFileSync(keyFile)
      apply({ cert, key, ...(caFile === null ? {} : { clientCa: readAuthority(caFile) }) })
      log.info({ validTo: new X509Certificate(cert).validTo }, 'certificate renewed')
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.warn({ reason }, 'the renewed certificate cannot be used; the one before it stays in use')
    }
  }
  const files = [certFile, keyFile, ...(caFile === null ? [] : [caFile])]
  const options = { interval: lookEveryMs, persistent: false }
  for (const file of files) watchFile(file, options, reload)
  return {
    reload,
    stop: () => {
      for (const file of files) unwatchFile(file, reload)
    },
  }
}
