import { isIP } from 'node:net'
import { z } from 'zod'

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/**
 * Where a channel sends: HTTPS, or plain HTTP to a gateway on this very machine. Without a name or password in it: what
 * opens a door is a secret, and settings are shown.
 */
export const ServiceUrl = z.url({ protocol: /^https?$/, hostname: /./ }).refine((text) => {
  const { protocol, hostname, username, password } = new URL(text)
  return username === '' && password === '' && (protocol === 'https:' || isLoopback(hostname))
}, 'https, or http to this machine; without a name or password in it')
