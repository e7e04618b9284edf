/**
 * A dialog is taken out of the document when it closes, and the focus with it: this gives it back to where it was on the
 * page, so that whoever works by keyboard goes on from there. Returns how to stop.
 */
export const returnFocus = (): (() => void) => {
  let onThePage: HTMLElement | null = null
  let wasInDialog = false
  const remember = ({ target }: FocusEvent) => {
    if (!(target instanceof HTMLElement)) return
    wasInDialog = target.closest('.ant-modal') !== null
    // What opens on top of the page (dialogs, menus, pickers) hangs beside it in the body.
    if (target.closest('#root') !== null) onThePage = target
  }
  // By the time it is told the dialog is empty, so that where the focus was last is all there is to know it by.
  const taken = new MutationObserver(() => {
    if (!wasInDialog || document.activeElement !== document.body) return
    if (onThePage?.isConnected === true) onThePage.focus({ preventScroll: true })
  })
  document.addEventListener('focusin', remember)
  taken.observe(document.body, { childList: true })
  return () => {
    document.removeEventListener('focusin', remember)
    taken.disconnect()
  }
}
