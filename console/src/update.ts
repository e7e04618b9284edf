/**
 * A page left open over an update of the service asks for parts under names that are gone. Loading it anew brings the
 * new version; once only, so that a part that truly cannot be had does not reload for ever.
 */
const KEY = 'shouwang.reloaded-at'
const AGAIN_AFTER_MS = 60_000

export const reloadAfterUpdate = (): void => {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEY))
    if (Date.now() - last < AGAIN_AFTER_MS) return
    sessionStorage.setItem(KEY, String(Date.now()))
    event.preventDefault()
    location.reload()
  })
}
