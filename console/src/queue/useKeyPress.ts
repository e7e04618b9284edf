import { useEffect } from 'react'

/** True while somebody types or answers a question: then no key means an action. */
const isBusy = (target: EventTarget | null): boolean =>
  (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null) ||
  document.querySelector('.ant-modal-wrap:not([style*="display: none"])') !== null

/** One key, one thing: `actions` by the key in lower case. */
export const useKeyPress = (actions: Readonly<Record<string, () => void>>): void => {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const action = actions[event.key.toLowerCase()]
      if (action === undefined || event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target))
        return
      event.preventDefault()
      action()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [actions])
}
