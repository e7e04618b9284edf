import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { HomeDetail } from '../api/types.ts'
import { FormDialog } from '../dialog/FormDialog.tsx'
import { useQuestion } from '../dialog/question.ts'
import { PlaceField } from '../jurisdiction/PlaceField.tsx'
import { useErrorText } from '../locale/ErrorNote.tsx'
import { ZoneField } from './ZoneField.tsx'

interface HomeChange {
  jurisdictionId?: string
  zone?: string
  archived?: boolean
}

const changeHome = (id: string, body: HomeChange) =>
  answer(client.PATCH('/api/v1/homes/{id}', { params: { path: { id } }, body }))

const useHomeChanged = (id: string) => {
  const queries = useQueryClient()
  return () => {
    for (const queryKey of [keys.home(id), keys.homes, keys.devices, keys.summary])
      void queries.invalidateQueries({ queryKey })
  }
}

const Settle = ({ home: { home }, onClose }: { home: HomeDetail; onClose: () => void }) => {
  const { t } = useTranslation()
  const changed = useHomeChanged(home.id)
  return (
    <FormDialog
      title={t('home.settleTitle')}
      initial={{ jurisdictionId: home.jurisdictionId, zone: home.zone }}
      save={(change: HomeChange) => changeHome(home.id, change)}
      onSaved={() => {
        changed()
        onClose()
      }}
      onClose={onClose}
    >
      <Form.Item name="jurisdictionId" label={t('jurisdiction.title')}>
        <PlaceField />
      </Form.Item>
      <Form.Item name="zone" label={t('home.zoneField')}>
        <ZoneField />
      </Form.Item>
    </FormDialog>
  )
}

/** What an administrator may do with a home as a place: put it elsewhere in the tree, archive it, take it back. */
export const HomeActions = ({ home }: { home: HomeDetail }) => {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const question = useQuestion()
  const errorText = useErrorText()
  const change = useMutation({
    mutationFn: (body: HomeChange) => changeHome(home.home.id, body),
    onSuccess: useHomeChanged(home.home.id),
  })
  const [settling, setSettling] = useState(false)
  const relearn = useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/homes/{id}/relearn', { params: { path: { id: home.home.id } } })),
    onSuccess: () => void message.success(t('home.relearnBegun')),
    onError: (error) => void message.error(errorText(error)),
  })
  const askToRelearn = () =>
    question({
      title: t('home.relearnTitle'),
      content: t('home.relearnExplain'),
      okText: t('home.relearn'),
      onOk: () => relearn.mutateAsync(),
    })
  const isArchived = home.home.archivedAt !== null
  const word = isArchived ? 'restore' : 'archive'
  const ask = () =>
    question({
      title: t(`home.${word}Title`),
      content: t(`home.${word}Explain`),
      okText: t(`home.${word}`),
      danger: !isArchived,
      onOk: () =>
        change
          .mutateAsync({ archived: !isArchived })
          .catch((error: Error) => void message.error(errorText(error))),
    })
  return (
    <div className="page-tools">
      <Button onClick={() => setSettling(true)}>{t('home.settle')}</Button>
      {!isArchived && <Button onClick={askToRelearn}>{t('home.relearn')}</Button>}
      <Button onClick={ask}>{t(`home.${word}`)}</Button>
      {settling && <Settle home={home} onClose={() => setSettling(false)} />}
    </div>
  )
}
