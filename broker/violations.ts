/** What a client did against the standard or our bounds. Fixed and few: they are labels of a metric. */
export type ViolationReason =
  | 'not_connect'
  | 'second_connect'
  | 'connect_timeout'
  | 'packet_timeout'
  | 'packet_too_large'
  | 'crowded_out'
  | 'malformed_length'
  | 'malformed_body'
  | 'malformed_string'
  | 'malformed_topic'
  | 'topic_too_long'
  | 'no_filter'
  | 'too_many_filters'
  | 'reserved_type'
  | 'reserved_flags'
  | 'qos'
  | 'packet_id'
  | 'protocol_name'
  | 'protocol_level'
  | 'connect_flags'

/** The client broke a rule that is held in front of Aedes. */
export class Violation extends Error {
  readonly reason: ViolationReason

  constructor(reason: ViolationReason) {
    super(reason)
    this.name = 'Violation'
    this.reason = reason
  }
}
