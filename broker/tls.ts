import { createSecureContext, TLSSocket, type TlsOptions } from 'node:tls'
import type { BrokerLimits } from './limits.ts'

export interface ServerCertificate {
  cert: Buffer
  key: Buffer
  /** Clients that show a certificate of this authority are known by it: its CN is the id of a device or gateway. */
  clientCa?: Buffer
}

const MIN_TLS = 'TLSv1.2'

/** Throws when certificate and key do not belong together or cannot be read. */
export function secureOptions({ cert, key, clientCa }: ServerCertificate, limits: BrokerLimits): TlsOptions {
  const context = { cert, key, minVersion: MIN_TLS, ...(clientCa && { ca: clientCa }) } as const
  createSecureContext(context)
  // Whoever shows no certificate may still say a secret, so the handshake must not fail for want of one.
  const mutual = clientCa ? { requestCert: true, rejectUnauthorized: false } : {}
  return { ...context, ...mutual, handshakeTimeout: limits.connectMs }
}

/** Who a client certificate says that its owner is, if one was shown. */
export type Certified = { trusted: true; id: string | null } | { trusted: false }

export function certifiedBy(socket: object): Certified {
  if (!(socket instanceof TLSSocket)) return { trusted: true, id: null }
  const { subject } = socket.getPeerCertificate()
  if (subject === undefined) return { trusted: true, id: null }
  // A certificate may carry several common names: which one would be meant is anybody's guess.
  return socket.authorized && typeof subject.CN === 'string'
    ? { trusted: true, id: subject.CN }
    : { trusted: false }
}
