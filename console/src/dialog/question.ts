import { App } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface Question {
  title: string
  content: ReactNode
  okText: string
  /** What is lost by it does not come back by itself. */
  danger?: boolean
  /** The question stays until it settles. What failed is said elsewhere; the question is over either way. */
  onOk: () => Promise<unknown>
}

/** Asks before something is done. Enter pressed too early does nothing: the focus is on what leaves all as it is. */
export const useQuestion = (): ((question: Question) => void) => {
  const { t } = useTranslation()
  const { modal } = App.useApp()
  return ({ danger = false, onOk, ...words }) =>
    void modal.confirm({
      ...words,
      cancelText: t('action.cancel'),
      okButtonProps: { danger },
      focusable: { autoFocusButton: 'cancel' },
      onOk: () => onOk().catch(() => undefined),
    })
}
