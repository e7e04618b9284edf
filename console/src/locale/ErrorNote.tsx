import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'

export const useErrorText = (): ((error: Error) => string) => {
  const { t, i18n } = useTranslation()
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.internal')
    const known = `error.${error.code}`
    return i18n.exists(known) ? t(known, Object.assign({}, error.details)) : error.message
  }
}

/** For these the service's own sentence says more than their code. */
const EXPLAINED: readonly string[] = ['bad_request', 'conflict']

/** What went wrong and what to do about it. */
export const ErrorNote = ({
  error,
  onRetry,
  retryLabel,
}: {
  error: Error
  onRetry?: () => void
  retryLabel?: string
}) => {
  const { t } = useTranslation()
  const text = useErrorText()
  return (
    <Alert
      className="error-note"
      type="error"
      showIcon
      title={text(error)}
      {...(error instanceof ApiError && EXPLAINED.includes(error.code) ? { description: error.message } : {})}
      {...(onRetry === undefined
        ? {}
        : {
            action: (
              <Button size="small" onClick={onRetry}>
                {retryLabel ?? t('action.retry')}
              </Button>
            ),
          })}
    />
  )
}
