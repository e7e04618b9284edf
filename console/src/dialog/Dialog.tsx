import { Modal, type ModalProps } from 'antd'
import { type ReactNode, useEffect, useRef } from 'react'
import { useIsPhone } from '../preference/media.ts'
import { firstFocus } from './first-focus.ts'
import '../styles/dialog.css'

const Body = ({ children }: { children: ReactNode }) => {
  const body = useRef<HTMLDivElement>(null)
  const wasPhone = useRef(useIsPhone())
  useEffect(() => {
    const dialog = body.current?.closest<HTMLElement>('[role=dialog]')
    if (dialog) firstFocus(dialog, wasPhone.current)?.focus({ preventScroll: true })
  }, [])
  return <div ref={body}>{children}</div>
}

/**
 * Every dialog of the console. It stands while it is rendered, and the focus begins where the work does: Ant Design's own
 * begins at the cross that closes it.
 */
export const Dialog = ({ children, ...rest }: Omit<ModalProps, 'open'>) => (
  <Modal open {...rest}>
    <Body>{children}</Body>
  </Modal>
)
