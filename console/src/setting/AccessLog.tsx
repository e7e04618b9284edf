import { Button, Select, Skeleton, Table, type TableColumnsType } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useAccessLog, useAccounts, useTokens } from '../api/queries.ts'
import type { AccessEntry } from '../api/types.ts'
import { Ago } from '../clock/Times.tsx'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useIsPhone } from '../preference/media.ts'
import { useMe } from '../session/session.ts'

const useActors = () => {
  const { t } = useTranslation()
  const accounts = useAccounts().data?.items
  const tokens = useTokens().data?.items
  return useMemo(
    () => [
      {
        label: t('account.title'),
        options: accounts?.map(({ id, name }) => ({ value: `account:${id}`, label: name })) ?? [],
      },
      {
        label: t('token.title'),
        options: tokens?.map(({ id, name }) => ({ value: `token:${id}`, label: name })) ?? [],
      },
    ],
    [accounts, tokens, t],
  )
}

/** Who looked at whose data, and when. The person is not named: to find that out is itself a look. */
export const AccessLog = () => {
  const { t } = useTranslation()
  const { zone } = useMe()
  const isPhone = useIsPhone()
  const [actor, setActor] = useState<string | null>(null)
  const actors = useActors()
  const log = useAccessLog(actor)
  const entries = log.data?.pages.flatMap((page) => page.items) ?? []
  const who = (entry: AccessEntry) =>
    entry.actorName ?? <span className="faint">{t('event.formerAccount')}</span>
  const home = (entry: AccessEntry) => (
    <>
      {entry.place} <Link to={`/homes/${entry.homeId}`}>{entry.homeId}</Link>
    </>
  )
  const columns: TableColumnsType<AccessEntry> = [
    {
      title: t('access.at'),
      key: 'at',
      width: 220,
      render: (_, entry) => <Ago at={entry.at} zone={zone} exact />,
    },
    { title: t('access.who'), key: 'who', width: 150, render: (_, entry) => who(entry) },
    {
      title: t('access.what'),
      key: 'what',
      width: 120,
      render: (_, entry) => t(`access.whats.${entry.what}`),
    },
    { title: t('access.home'), key: 'home', render: (_, entry) => home(entry) },
  ]
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('access.title')}</h2>
          <p className="soft">{t('access.explain')}</p>
        </div>
        <Select
          className="tree-select"
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('access.everybody')}
          aria-label={t('access.who')}
          value={actor}
          options={actors}
          onChange={(value: string | undefined) => setActor(value ?? null)}
        />
      </header>
      {log.isError && <ErrorNote error={log.error} onRetry={() => void log.refetch()} />}
      {log.isPending && <Skeleton active />}
      {log.isSuccess && entries.length === 0 && <p className="faint">{t('access.none')}</p>}
      {isPhone ? (
        <ul className="setting-rows">
          {entries.map((entry) => (
            <li key={entry.id}>
              <div>
                <b>{who(entry)}</b> {t(`access.whats.${entry.what}`)}
                <span className="soft">{home(entry)}</span>
              </div>
              <Ago at={entry.at} zone={zone} exact />
            </li>
          ))}
        </ul>
      ) : (
        entries.length > 0 && (
          <Table<AccessEntry>
            className="plain-table"
            rowKey="id"
            columns={columns}
            dataSource={entries}
            pagination={false}
          />
        )
      )}
      {log.hasNextPage && (
        <Button className="more" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </section>
  )
}
