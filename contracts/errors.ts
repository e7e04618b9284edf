/** Every refusal that a caller can meet, by code. HTTP statuses are given to them in one place, in `api/`. */
export type ErrorCode =
  | 'bad_request'
  | 'not_signed_in'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'version_conflict'
  | 'already_resolved'
  /** The case does not stand so that this could be done to it. */
  | 'illegal_transition'
  /** A case is closed with an outcome, and one that holds what it must. */
  | 'outcome_missing'
  | 'outcome_incomplete'
  | 'roster_faulty'
  /** Whoever resolved it may not be the one who reviews it. */
  | 'same_person'
  /** People are told through it: they are given another way first. `details.people`: how many. */
  | 'channel_in_use'
  /** Nobody can be sent, or not so few: a volunteer never goes to danger to life alone. */
  | 'nobody_to_send'
  /** The offer has gone to somebody else, or the visit has ended. */
  | 'offer_over'
  | 'visit_over'
  /** Nobody of the home has agreed to devices of this kind, or they took it back. */
  | 'consent_missing'
  /** This device, or the family that it is of, does not take such a command. */
  | 'command_unsupported'
  | 'too_large'
  | 'too_many_requests'
  | 'range_too_long'
  | 'link_used_or_expired'
  | 'wrong_credentials'
  | 'not_ready'
  | 'internal'

/** A refusal is an answer, not a fault: it carries a code for programs and a sentence for people. */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly details: unknown

  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.details = details
  }
}
