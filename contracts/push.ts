export interface PushRequest {
  /** By lower-case name. */
  headers: Record<string, string>
  query: Record<string, string>
  body: Uint8Array
}

/** Where platforms push readings. A wrong proof is refused as `wrong_credentials`, one used before as `conflict`. */
export interface PushDoor {
  /** Settles when all that the body holds is durable, in the journal or in quarantine. */
  take(sourceId: string, request: PushRequest): Promise<void>
  /** OneNET's question whether the address is ours: answers the word that it wants back. */
  verify(sourceId: string, query: Record<string, string>): Promise<string>
}
