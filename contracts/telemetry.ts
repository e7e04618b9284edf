/** The narrow face of the logger that rooms may use. Ids only: never a name, an address, a phone or a secret. */
export interface Log {
  debug(data: object, message: string): void
  info(data: object, message: string): void
  warn(data: object, message: string): void
  error(data: object, message: string): void
}

/** The narrow face of the metrics. Labels are few and fixed: never a home, device or person. */
export interface Meters {
  count(name: string, labels?: Record<string, string>, by?: number): void
  gauge(name: string, value: number, labels?: Record<string, string>): void
  observe(name: string, value: number, labels?: Record<string, string>): void
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} }
export const noMeters: Meters = { count() {}, gauge() {}, observe() {} }
