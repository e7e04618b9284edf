import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client.ts'
import { keys } from '../api/queries.ts'
import type { Jurisdiction } from '../api/types.ts'
import { ErrorNote } from '../locale/ErrorNote.tsx'
import { type Level, levelsBelow } from './tree.ts'

/** A place below another, in one line. No form of its own: it stands within the forms that need a place. */
export const AddPlace = ({
  parent,
  onAdded,
  onCancel,
}: {
  parent: Jurisdiction
  onAdded: (place: Jurisdiction) => void
  onCancel: () => void
}) => {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const levels = levelsBelow(parent.level)
  const [chosen, setChosen] = useState<Level | null>(null)
  const [name, setName] = useState('')
  const level = chosen !== null && levels.includes(chosen) ? chosen : levels[0]
  const add = useMutation({
    mutationFn: (body: { parentId: string; level: Level; name: string }) =>
      answer(client.POST('/api/v1/jurisdictions', { body })),
    onSuccess: async (place) => {
      await queries.invalidateQueries({ queryKey: keys.jurisdictions })
      setName('')
      setChosen(null)
      onAdded(place)
    },
  })
  const submit = () => {
    if (level !== undefined && name.trim() !== '')
      add.mutate({ parentId: parent.id, level, name: name.trim() })
  }
  return (
    <div className="add-place">
      {add.isError && <ErrorNote error={add.error} />}
      <p className="soft">{t('jurisdiction.below', { name: parent.name })}</p>
      {level === undefined ? (
        <p>{t('jurisdiction.noneBelow')}</p>
      ) : (
        <div className="add-place-line">
          <Select<Level>
            value={level}
            aria-label={t('jurisdiction.level')}
            options={levels.map((value) => ({ value, label: t(`jurisdiction.levels.${value}`) }))}
            onChange={setChosen}
          />
          <Input
            autoFocus
            maxLength={120}
            value={name}
            placeholder={t('jurisdiction.name')}
            aria-label={t('jurisdiction.name')}
            onChange={(event) => setName(event.target.value)}
            onPressEnter={(event) => {
              event.preventDefault()
              submit()
            }}
          />
          <Button disabled={name.trim() === ''} loading={add.isPending} onClick={submit}>
            {t('jurisdiction.add')}
          </Button>
        </div>
      )}
      <Button type="link" className="add-place-close" onClick={onCancel}>
        {t('jurisdiction.done')}
      </Button>
    </div>
  )
}
