import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Skeleton } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys, useJurisdictions } from '../api/queries.ts'
import type { Jurisdiction } from '../api/types.ts'
import { Dialog } from '../dialog/Dialog.tsx'
import { AddPlace } from '../jurisdiction/AddPlace.tsx'
import { levelsBelow, reaches, type TreeNode, treeOf } from '../jurisdiction/tree.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { useMe } from '../session/session.ts'
import { PlaceSensitivity } from './PlaceSensitivity.tsx'

const Rename = ({ place, onClose }: { place: Jurisdiction; onClose: () => void }) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState(place.name)
  const rename = useMutation({
    mutationFn: () =>
      answer(
        client.PATCH('/api/v1/jurisdictions/{id}', {
          params: { path: { id: place.id } },
          body: { name: name.trim() },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.jurisdictions })
      onClose()
    },
  })
  return (
    <Dialog
      title={t('jurisdiction.renameTitle', { name: place.name })}
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={rename.isPending}
      okButtonProps={{ disabled: name.trim() === '' || name.trim() === place.name }}
      onOk={() => rename.mutate()}
      onCancel={onClose}
    >
      {rename.isError && <ErrorNote error={rename.error} />}
      <Input
        maxLength={120}
        value={name}
        aria-label={t('jurisdiction.name')}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={() => rename.mutate()}
      />
    </Dialog>
  )
}

interface Asked {
  place: Jurisdiction
  what: 'rename' | 'add' | 'sensitivity'
}

const Branch = ({
  nodes,
  places,
  onAsk,
}: {
  nodes: readonly TreeNode[]
  places: readonly Jurisdiction[]
  onAsk: (asked: Asked) => void
}) => {
  const { t } = useTranslation()
  const me = useMe()
  return (
    <ul className="place-branch">
      {nodes.map((node) => {
        const place = places.find((one) => one.id === node.value)
        if (place === undefined) return null
        return (
          <li key={place.id}>
            <div className="place-row">
              <span>
                <b>{place.name}</b> <span className="faint">{t(`jurisdiction.levels.${place.level}`)}</span>
              </span>
              {reaches(me, 'administrator', place.id, places) && (
                <span className="row-actions">
                  <Button type="text" onClick={() => onAsk({ place, what: 'rename' })}>
                    {t('jurisdiction.rename')}
                  </Button>
                  <Button type="text" onClick={() => onAsk({ place, what: 'sensitivity' })}>
                    {t('circumstance.addSensitivity')}
                  </Button>
                  {levelsBelow(place.level).length > 0 && (
                    <Button type="text" onClick={() => onAsk({ place, what: 'add' })}>
                      {t('jurisdiction.addBelow')}
                    </Button>
                  )}
                </span>
              )}
            </div>
            {node.children.length > 0 && <Branch nodes={node.children} places={places} onAsk={onAsk} />}
          </li>
        )
      })}
    </ul>
  )
}

/** The tree on which homes, gateways and rights hang. */
export const Places = () => {
  const { t } = useTranslation()
  const jurisdictions = useJurisdictions()
  const places = useMemo(() => jurisdictions.data ?? [], [jurisdictions.data])
  const tree = useMemo(() => treeOf(places), [places])
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  return (
    <section className="card">
      <header className="card-head">
        <div>
          <h2>{t('jurisdiction.title')}</h2>
          <p className="soft">{t('jurisdiction.explain')}</p>
        </div>
      </header>
      {jurisdictions.isError && (
        <ErrorNote error={jurisdictions.error} onRetry={() => void jurisdictions.refetch()} />
      )}
      {jurisdictions.isPending && <Skeleton active />}
      <Branch nodes={tree} places={places} onAsk={setAsked} />
      {asked?.what === 'rename' && <Rename key={asked.place.id} place={asked.place} onClose={close} />}
      {asked?.what === 'sensitivity' && (
        <PlaceSensitivity key={asked.place.id} place={asked.place} onClose={close} />
      )}
      {asked?.what === 'add' && (
        <Dialog title={t('jurisdiction.new')} footer={null} onCancel={close}>
          <AddPlace parent={asked.place} onAdded={() => {}} onCancel={close} />
        </Dialog>
      )}
    </section>
  )
}
