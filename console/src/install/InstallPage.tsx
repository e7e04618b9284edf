import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import type { RegisteredDevice } from '../api/types.ts'
import { DeviceTabs } from '../device/DeviceTabs.tsx'
import { DeviceSecretPanel } from '../device/SecretPanel.tsx'
import '../styles/install.css'
import { Acceptance } from './Acceptance.tsx'
import { Begin } from './Begin.tsx'

/** From the code on a box to a home that is watched, with one thumb. */
const InstallPage = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { installationId } = useParams()
  // Kept here and nowhere else: a secret has no business in an address or a history.
  const [registered, setRegistered] = useState<RegisteredDevice | null>(null)
  const secret = registered?.secret ?? null
  return (
    <div className="page install">
      <h1 className="no-print">{t('install.title')}</h1>
      <div className="no-print">
        <DeviceTabs />
      </div>
      {installationId === undefined ? (
        <Begin
          onBegun={(begun) => {
            setRegistered(begun.registered)
            void navigate(`/install/${begun.installationId}`)
          }}
        />
      ) : (
        <>
          <Acceptance
            id={installationId}
            onNext={() => {
              setRegistered(null)
              void navigate('/install')
            }}
          />
          {registered !== null && registered.mqtt !== null && secret !== null && (
            <details className="install-secret no-print" open>
              <summary>{t('install.credential')}</summary>
              {/* The line to try it with must not ring at the desk from here: the test button is for that. */}
              <DeviceSecretPanel secret={secret} mqtt={registered.mqtt} kind="other" />
            </details>
          )}
        </>
      )}
    </div>
  )
}

export default InstallPage
