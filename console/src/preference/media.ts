import { useSyncExternalStore } from 'react'
import type { Mode } from '../theme.ts'
import { usePreferences } from './preferences.ts'

const useMedia = (query: string): boolean =>
  useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )

/** True below the width at which a list and an alert fit side by side. */
export const useIsPhone = (): boolean => useMedia('(max-width: 859px)')

/** Light by day and dark by night, as the machine's own clock or switch says, unless the desk chose. */
export const useMode = (): Mode => {
  const { appearance } = usePreferences()
  const prefersDark = useMedia('(prefers-color-scheme: dark)')
  return appearance === 'auto' ? (prefersDark ? 'dark' : 'light') : appearance
}
