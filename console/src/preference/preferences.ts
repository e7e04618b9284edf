import { useSyncExternalStore } from 'react'

/** What one sits down to at this desk, kept in this browser: nothing here is personal. */
export interface Preferences {
  appearance: 'auto' | 'light' | 'dark'
  largeType: boolean
  sound: boolean
  /** Null: as the account says. */
  language: 'zh' | 'en' | null
}

const KEY = 'shouwang.preferences'
const DEFAULTS: Preferences = { appearance: 'auto', largeType: false, sound: true, language: null }

const read = (): Preferences => {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) }
  } catch {
    return DEFAULTS
  }
}

let current = read()
const listeners = new Set<() => void>()

export const preferences = (): Preferences => current

export const setPreferences = (change: Partial<Preferences>): void => {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // A browser that keeps nothing still obeys until it is closed.
  }
  for (const listener of listeners) listener()
}

export const usePreferences = (): Preferences =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, preferences)
