import { SearchOutlined } from '@ant-design/icons'
import { Button, Input, Select, Skeleton } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePeople } from '../api/duty-queries.ts'
import { useJurisdictions } from '../api/queries.ts'
import type { Person, PersonKind } from '../api/types.ts'
import { DutyTabs } from '../duty/DutyTabs.tsx'
import { reaches } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useHolds, useMe } from '../session/session.ts'
import { PERSON_KINDS, PersonDialog } from './PersonDialog.tsx'
import { TestDialog } from './TestDialog.tsx'

type Asked = { what: 'edit' | 'test'; person: Person } | { what: 'add' }

const Row = ({ person, onAsk }: { person: Person; onAsk: (asked: Asked) => void }) => {
  const { t } = useTranslation()
  const me = useMe()
  const places = useJurisdictions().data ?? []
  const mayWrite = reaches(me, 'administrator', person.jurisdictionId, places)
  const facts = [
    places.find(({ id }) => id === person.jurisdictionId)?.name,
    person.phone,
    person.skills.length === 0
      ? undefined
      : person.skills.map((skill) => t(`person.skill.${skill}`, skill)).join(t('person.and')),
    person.pairedWith.length === 0 ? undefined : t('person.paired', { count: person.pairedWith.length }),
    person.holdsKeyOf.length === 0 ? undefined : t('person.keys', { count: person.holdsKeyOf.length }),
  ]
  return (
    <li className={person.enabled ? '' : 'is-off'}>
      <div>
        <b>{person.name}</b> <span className="faint">{t(`person.kind.${person.kind}`)}</span>
        {!person.enabled && <span className="faint"> · {t('person.resting')}</span>}
        <span className="soft">{facts.filter(Boolean).join(' · ')}</span>
        {person.enabled && person.addresses.length === 0 && (
          <span className="is-bad">{t('person.noAddress')}</span>
        )}
        {person.enabled && person.addresses.length > 0 && (
          <span className="soft">
            {t('person.addressCount', { count: person.addresses.length })}
            {person.accountId === null && ` · ${t('person.noAccount')}`}
          </span>
        )}
      </div>
      {mayWrite && (
        <div className="row-actions">
          {person.addresses.length > 0 && (
            <Button type="text" onClick={() => onAsk({ what: 'test', person })}>
              {t('person.test')}
            </Button>
          )}
          <Button type="text" onClick={() => onAsk({ what: 'edit', person })}>
            {t('action.edit')}
          </Button>
        </div>
      )}
    </li>
  )
}

/** Those who answer alerts and visits, and by which ways they are told. */
const PeoplePage = () => {
  const { t } = useTranslation()
  const administers = useHolds('administrator')
  const [search, setSearch] = useState('')
  const [kind, setKind] = useState<PersonKind | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const people = usePeople({
    jurisdictionId: null,
    search: useDeferredValue(search.trim()),
    kind,
    enabled: null,
  })
  const listed = people.data?.pages.flatMap((page) => page.items) ?? []
  const close = () => setAsked(null)
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{t('person.title')}</h1>
          <p className="soft">{t('person.explain')}</p>
        </div>
        <div className="page-tools">
          <Input
            className="search"
            allowClear
            prefix={<SearchOutlined aria-hidden />}
            placeholder={t('person.search')}
            aria-label={t('person.search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <Select<PersonKind | 'all'>
            className="kind-select"
            value={kind ?? 'all'}
            aria-label={t('person.kindTitle')}
            options={(['all', ...PERSON_KINDS] as const).map((value) => ({
              value,
              label: t(value === 'all' ? 'person.all' : `person.kind.${value}`),
            }))}
            onChange={(next) => setKind(next === 'all' ? null : next)}
          />
          {administers && (
            <Button type="primary" onClick={() => setAsked({ what: 'add' })}>
              {t('person.add')}
            </Button>
          )}
        </div>
      </header>
      <DutyTabs />
      {people.isError && <ErrorNote error={people.error} onRetry={() => void people.refetch()} />}
      {people.isPending && <Skeleton active />}
      {people.isSuccess && listed.length === 0 && (
        <p className="quiet-note">{t(search === '' && kind === null ? 'person.none' : 'person.noneFound')}</p>
      )}
      {listed.length > 0 && (
        <section className="card">
          <ul className="setting-rows">
            {listed.map((person) => (
              <Row key={person.id} person={person} onAsk={setAsked} />
            ))}
          </ul>
        </section>
      )}
      {people.hasNextPage && (
        <Button
          className="more"
          loading={people.isFetchingNextPage}
          onClick={() => void people.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
      {asked?.what === 'add' && <PersonDialog person={null} onClose={close} />}
      {asked?.what === 'edit' && <PersonDialog person={asked.person} onClose={close} />}
      {asked?.what === 'test' && <TestDialog person={asked.person} onClose={close} />}
    </div>
  )
}

export default PeoplePage
