import type { Commands } from '../../contracts/command.ts'
import { Refusal } from '../../contracts/errors.ts'
import { SourceId } from '../../contracts/ids.ts'
import type { Source, SourceSecrets } from '../../contracts/source.ts'
import type { Clocks } from '../../contracts/time.ts'
import type { StateStore } from '../../store/state.ts'
import { isLoopback } from '../config.ts'
import type { Directory } from '../directory.ts'
import type { SealedSecrets } from '../sealed-secrets.ts'
import { newId, newSignInSecret } from '../secrets.ts'
import { keyOf, passwordOf, proofOf, type SourceDesk } from '../sources/sources.ts'

export interface SourceCommandOptions {
  state: StateStore
  directory: Directory
  secrets: SealedSecrets
  sources: SourceDesk
  clocks: Clocks
  /** Passwords and readings may cross the network in the clear: somebody decided so. */
  allowPlaintext: boolean
}

type SourceCommands = Pick<Commands, 'createSource' | 'updateSource' | 'deleteSource' | 'renewSourceProof'>

/** What people change of the sources that others host. */
export function sourceCommands(options: SourceCommandOptions): SourceCommands {
  const { state, directory, secrets, sources, clocks, allowPlaintext } = options
  const found = (id: SourceId): Source => {
    const source = directory.source(id)
    if (source === null) throw new Refusal('not_found', 'no such source')
    return source
  }
  const check = (source: Source): void => {
    if (!directory.gateway(source.gatewayId)) throw new Refusal('not_found', 'no such gateway')
    if (source.via.type === 'mqtt') checkUrl(source.via.url, allowPlaintext)
  }
  const put = async (source: Source): Promise<void> => {
    await state.sources.put(source)
    directory.putSource(source)
    await sources.apply(source)
  }
  const keepSecrets = async (id: SourceId, { password, key }: SourceSecrets): Promise<void> => {
    await keepSecret(secrets, passwordOf(id), password)
    await keepSecret(secrets, keyOf(id), key)
  }
  const giveProof = async (id: SourceId): Promise<string> => {
    const proof = newSignInSecret()
    await secrets.put(proofOf(id), proof)
    return proof
  }
  return {
    async createSource({ gatewayId, name, via, ...given }) {
      const id = SourceId.parse(newId('src'))
      const source: Source = { id, gatewayId, name, enabled: true, createdAt: clocks.civil.now(), via }
      check(source)
      await keepSecrets(id, given)
      const proof = via.type === 'push' ? await giveProof(id) : null
      await put(source)
      return { source, proof }
    },
    async updateSource(id, { password, key, ...change }) {
      const present = found(id)
      if (change.via !== undefined && change.via.type !== present.via.type)
        throw new Refusal('bad_request', 'a source stays what it is: register another one')
      const source: Source = { ...present, ...change }
      check(source)
      await keepSecrets(id, {
        ...(password === undefined ? {} : { password }),
        ...(key === undefined ? {} : { key }),
      })
      await put(source)
      return source
    },
    async deleteSource(id) {
      found(id)
      await sources.remove(id)
      await state.sources.delete(id)
      directory.removeSource(id)
    },
    async renewSourceProof(id) {
      if (found(id).via.type !== 'push') throw new Refusal('conflict', 'we sign in there, not they here')
      return { proof: await giveProof(id) }
    },
  }
}

/** Undefined leaves what is kept. */
async function keepSecret(secrets: SealedSecrets, name: string, secret?: string | null): Promise<void> {
  if (secret === undefined) return
  if (secret === null || secret === '') await secrets.delete(name)
  else await secrets.put(name, secret)
}

function checkUrl(text: string, allowPlaintext: boolean): void {
  const { protocol, hostname } = new URL(text)
  const isPlain = protocol === 'mqtt:' || protocol === 'ws:'
  if (isPlain && !allowPlaintext && !isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')))
    throw new Refusal(
      'bad_request',
      'a broker elsewhere needs mqtts:// or wss://, or ALLOW_PLAINTEXT=true here',
    )
}
