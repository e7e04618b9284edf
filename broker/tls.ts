import { constants } from 'node:crypto'
import { createSecureContext, TLSSocket, type TlsOptions } from 'node:tls'
import type { BrokerLimits } from './limits.ts'

export interface ServerCertificate {
  cert: Buffer
  key: Buffer
  /** Clients that show a certificate of this authority are known by it: it says the id of a device or gateway. */
  clientCa?: Buffer
  /** Where it says so: in its common name, or in the one DNS name of its subjectAltName. Absent: `cn`. */
  clientIdFrom?: 'cn' | 'san'
}

const MIN_TLS = 'TLSv1.2'

/** Throws when certificate and key do not belong together or cannot be read. */
export function secureOptions({ cert, key, clientCa }: ServerCertificate, limits: BrokerLimits): TlsOptions {
  const context = { cert, key, minVersion: MIN_TLS, ...(clientCa && { ca: clientCa }) } as const
  createSecureContext(context)
  // Whoever shows no certificate may still say a secret, so the handshake must not fail for want of one.
  // And each handshake is a whole one: a session taken up again would bring a certificate that is not looked at anew.
  const mutual = clientCa
    ? { requestCert: true, rejectUnauthorized: false, secureOptions: constants.SSL_OP_NO_TICKET }
    : {}
  return { ...context, ...mutual, handshakeTimeout: limits.connectMs }
}

/** Who a client certificate says that its owner is, if one was shown. */
export type Certified = { trusted: true; id: string | null } | { trusted: false }

export function certifiedBy(socket: object, idFrom: 'cn' | 'san' = 'cn'): Certified {
  if (!(socket instanceof TLSSocket)) return { trusted: true, id: null }
  const { subject, subjectaltname } = socket.getPeerCertificate()
  if (subject === undefined) return { trusted: true, id: null }
  const id = idFrom === 'cn' ? subject.CN : onlyDnsName(subjectaltname)
  // A certificate may carry several names: which one would be meant is anybody's guess.
  return socket.authorized && typeof id === 'string' ? { trusted: true, id } : { trusted: false }
}

/** Node writes `DNS:meter-7, IP Address:10.0.0.7`, and puts in quotes whatever would not be plain in that. */
function onlyDnsName(names: string | undefined): string | undefined {
  const dns = [...(names ?? '').matchAll(/(?:^|, )DNS:([^,"\s]+)(?=,|$)/g)]
  return dns.length === 1 && !names?.includes('"') ? dns[0]?.[1] : undefined
}
