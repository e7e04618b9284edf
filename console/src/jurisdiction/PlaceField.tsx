import { PlusOutlined } from '@ant-design/icons'
import { Button, TreeSelect } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useJurisdictions } from '../api/queries.ts'
import { useMe } from '../session/session.ts'
import { AddPlace } from './AddPlace.tsx'
import { reaches, treeOf } from './tree.ts'

/** A place of the tree; one that is not there yet is made on the way. */
export const PlaceField = ({
  id,
  value,
  onChange,
}: {
  id?: string
  value?: string
  onChange?: (value: string) => void
}) => {
  const { t } = useTranslation()
  const me = useMe()
  const places = useJurisdictions().data
  const tree = useMemo(() => treeOf(places ?? []), [places])
  const [adding, setAdding] = useState(false)
  const parent = places?.find((place) => place.id === (value ?? tree[0]?.value))
  const mayAdd = parent !== undefined && reaches(me, 'administrator', parent.id, places ?? [])
  return (
    <div className="place-field">
      <TreeSelect
        {...(id === undefined ? {} : { id })}
        treeDefaultExpandAll
        showSearch={{ treeNodeFilterProp: 'title' }}
        treeData={tree}
        placeholder={t('jurisdiction.choose')}
        {...(value === undefined ? {} : { value })}
        onChange={(next: string) => onChange?.(next)}
      />
      {mayAdd && !adding && (
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
          {t('jurisdiction.new')}
        </Button>
      )}
      {mayAdd && adding && (
        <AddPlace
          key={parent.id}
          parent={parent}
          onAdded={(place) => onChange?.(place.id)}
          onCancel={() => setAdding(false)}
        />
      )}
    </div>
  )
}
