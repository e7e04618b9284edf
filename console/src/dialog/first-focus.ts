const FIELDS = 'input:not([type=hidden], [type=file]), select, textarea'
/** What opens no keyboard: it would cover the rest of the dialog before anybody has read it. */
const QUIET = '[type=radio], [type=checkbox], [readonly]'

const isThere = (element: HTMLElement): boolean =>
  !element.matches(':disabled') && element.getClientRects().length > 0

/**
 * Where the focus of a dialog begins, null when it has it already: its first field, of radio buttons the chosen one; with
 * nothing to fill in, what does no harm when Enter is pressed too early. On a phone at a field only if
 * that opens no keyboard, or else at the dialog itself, which is then read out.
 */
export const firstFocus = (dialog: HTMLElement, isPhone: boolean): HTMLElement | null => {
  const within = (part: string, what: string) =>
    [...dialog.querySelectorAll<HTMLElement>(`.ant-modal-${part} :is(${what})`)].filter(isThere)
  if (dialog.querySelector('.ant-modal-body :focus') !== null) return null
  const [field] = within('body', FIELDS)
  if (field === undefined)
    return (
      within('footer', 'button:not(.ant-btn-primary)')[0] ?? within('body', 'button, a[href]')[0] ?? dialog
    )
  if (isPhone && !field.matches(QUIET)) return dialog
  if (!(field instanceof HTMLInputElement) || field.type !== 'radio') return field
  return within('body', '[type=radio]:checked')[0] ?? field
}
