import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Table } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/client.ts'
import { useDevicesChanged } from '../api/device-queries.ts'
import type { ImportAnswer } from '../api/types.ts'
import { DeviceTabs } from '../device/DeviceTabs.tsx'
import { csvText, saveText } from '../device/save-text.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import '../styles/install.css'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** The file goes out as it is: the generated client speaks JSON alone. */
const send = async (file: File, dryRun: boolean): Promise<ImportAnswer> => {
  const type = file.name.toLowerCase().endsWith('.xlsx') ? XLSX : 'text/csv'
  const response = await fetch(`/api/v1/imports?dryRun=${dryRun}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: file,
    credentials: 'same-origin',
  }).catch(() => {
    throw new ApiError('offline', 'the service cannot be reached', 0)
  })
  const body = (await response.json()) as ImportAnswer & { error?: { code: string; message: string } }
  if (!response.ok)
    throw new ApiError(body.error?.code ?? 'internal', body.error?.message ?? '', response.status)
  return body
}

const saveSecrets = (secrets: ImportAnswer['secrets']): void =>
  saveText(
    'device-secrets.csv',
    csvText([
      ['device', 'secret', 'topic'],
      ...secrets.map(({ deviceId, secret }) => [deviceId, secret, `devices/${deviceId}/readings`]),
    ]),
  )

const Faults = ({ faults }: { faults: ImportAnswer['faults'] }) => {
  const { t } = useTranslation()
  return (
    <Table
      className="plain-table"
      size="small"
      rowKey={(fault) => `${fault.row} ${fault.column} ${fault.code}`}
      dataSource={faults}
      pagination={false}
      virtual={faults.length >= 200}
      scroll={faults.length >= 200 ? { y: 480, x: 600 } : { x: 'max-content' }}
      columns={[
        { title: t('import.row'), dataIndex: 'row', width: 90 },
        {
          title: t('import.column'),
          key: 'column',
          width: 150,
          render: (_, { column }) => (column === null ? '—' : t(`import.columnName.${column}`)),
        },
        { title: t('import.fault'), key: 'code', render: (_, { code }) => t(`import.code.${code}`) },
        { title: t('import.found'), dataIndex: 'found', width: 200 },
      ]}
    />
  )
}

const Outcome = ({ answer }: { answer: ImportAnswer }) => {
  const { t } = useTranslation()
  const { counts, faults, dryRun } = answer
  const changes = counts.newHomes + counts.newResidents + counts.newDevices + counts.newConsents
  const said = faults.length > 0 ? 'faulty' : changes === 0 ? 'nothing' : dryRun ? 'would' : 'did'
  return (
    <>
      <Alert
        className="import-outcome"
        showIcon
        type={faults.length > 0 ? 'error' : dryRun || changes === 0 ? 'info' : 'success'}
        title={t(`import.${said}`, { ...counts, faults: faults.length })}
        description={faults.length > 0 || changes === 0 ? undefined : t('import.counts', { ...counts })}
      />
      {counts.withoutConsent > 0 && (
        <Alert
          className="import-outcome"
          showIcon
          type="warning"
          title={t('import.withoutConsent', { count: counts.withoutConsent })}
        />
      )}
    </>
  )
}

/** A list for a whole compound: tried first, with every fault at once, then brought in. */
const ImportPage = () => {
  const { t } = useTranslation()
  const changed = useDevicesChanged()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [saved, setSaved] = useState(false)
  const dry = useMutation({ mutationFn: (given: File) => send(given, true) })
  const run = useMutation({ mutationFn: (given: File) => send(given, false), onSuccess: changed })
  const answer = run.data ?? dry.data
  const choose = (given: File | undefined): void => {
    if (given === undefined) return
    setFile(given)
    setSaved(false)
    run.reset()
    dry.mutate(given)
  }
  const mayRun =
    file !== null &&
    run.data === undefined &&
    dry.data?.faults.length === 0 &&
    dry.data.counts.unchanged < dry.data.counts.rows
  const secrets = run.data?.secrets ?? []
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('import.title')}</h1>
          <p className="soft">{t('import.explain')}</p>
        </div>
        <div className="page-tools">
          <Button href="/api/v1/imports/template">{t('import.template')}</Button>
          <Button type="primary" loading={dry.isPending} onClick={() => input.current?.click()}>
            {t('import.choose')}
          </Button>
        </div>
      </header>
      <DeviceTabs />
      <input
        ref={input}
        type="file"
        accept=".csv,.xlsx,text/csv"
        hidden
        onChange={(event) => {
          choose(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      {file === null && <p className="quiet-note">{t('import.none')}</p>}
      {file !== null && <p>{file.name}</p>}
      {dry.isError && <ErrorNote error={dry.error} />}
      {run.isError && <ErrorNote error={run.error} />}
      {answer !== undefined && <Outcome answer={answer} />}
      {answer !== undefined && answer.faults.length > 0 && <Faults faults={answer.faults} />}
      {mayRun && (
        <Button
          type="primary"
          size="large"
          loading={run.isPending}
          onClick={() => file !== null && run.mutate(file)}
        >
          {t('import.run')}
        </Button>
      )}
      {secrets.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('import.secrets', { count: secrets.length })}
          action={
            <Button
              type={saved ? 'default' : 'primary'}
              onClick={() => {
                saveSecrets(secrets)
                setSaved(true)
              }}
            >
              {t('import.saveSecrets')}
            </Button>
          }
        />
      )}
    </div>
  )
}

export default ImportPage
