/** Secrets that must be read again to be used, as `app/sealed-secrets.ts` has sealed them, each under its name. */
export interface SealedSecretTable {
  get(name: string): Promise<Uint8Array | null>
  put(name: string, sealed: Uint8Array): Promise<void>
  delete(name: string): Promise<void>
}
