import { CheckCircleFilled, LoadingOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { InstallationSheet } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useLanguage } from '../locale/i18n.ts'
import { useMe } from '../session/session.ts'
import { useAccept, useInstallation } from './queries.ts'
import { Sheet, useReadingWords } from './Sheet.tsx'

const Proof = ({ done, title, children }: { done: boolean; title: string; children: ReactNode }) => (
  <li className={done ? 'install-proof is-done' : 'install-proof'}>
    {done ? <CheckCircleFilled aria-hidden /> : <LoadingOutlined aria-hidden />}
    <div>
      <b>{title}</b>
      <div className="soft">{children}</div>
    </div>
  </li>
)

const Waiting = ({ sheet }: { sheet: InstallationSheet }) => {
  const { t } = useTranslation()
  const language = useLanguage()
  const { zone } = useMe()
  const words = useReadingWords()
  const { installation, device, profile } = sheet
  const { firstReading, testAlarmAt } = installation
  const accept = useAccept(installation.id)
  const isSmoke = device.kind === 'smoke'
  const isWhole = firstReading !== null && (!isSmoke || testAlarmAt !== null)
  return (
    <>
      <h2>
        {t(`deviceKind.${device.kind}`)} <code>{device.id}</code>
      </h2>
      <ul className="install-proofs" aria-live="polite">
        <Proof done={firstReading !== null} title={t(firstReading ? 'install.heard' : 'install.listening')}>
          {firstReading === null ? (
            t('install.powerOn')
          ) : (
            <>
              <Ago at={firstReading.receivedAt} zone={zone} exact /> · {words(firstReading.values)}
            </>
          )}
        </Proof>
        {isSmoke && (
          <Proof done={testAlarmAt !== null} title={t(testAlarmAt ? 'install.tested' : 'install.press')}>
            {testAlarmAt === null ? (
              (profile?.test[language] ?? t('install.pressHow'))
            ) : (
              <Ago at={testAlarmAt} zone={zone} exact />
            )}
          </Proof>
        )}
      </ul>
      {accept.isError && <ErrorNote error={accept.error} />}
      <Button
        className="install-go"
        type="primary"
        size="large"
        disabled={firstReading === null}
        loading={accept.isPending}
        onClick={() => accept.mutate()}
      >
        {t(isWhole || firstReading === null ? 'install.accept' : 'install.acceptUntested')}
      </Button>
    </>
  )
}

/** Waits for what proves that it works; then the sheet. */
export const Acceptance = ({ id, onNext }: { id: string; onNext: () => void }) => {
  const { t } = useTranslation()
  const installation = useInstallation(id)
  if (installation.isError)
    return <ErrorNote error={installation.error} onRetry={() => void installation.refetch()} />
  if (installation.data === undefined) return <Skeleton active />
  if (installation.data.installation.acceptedAt === null) return <Waiting sheet={installation.data} />
  return (
    <>
      <Sheet sheet={installation.data} />
      <Button className="install-go no-print" type="primary" size="large" onClick={onNext}>
        {t('install.nextDevice')}
      </Button>
    </>
  )
}
