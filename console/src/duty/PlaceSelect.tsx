import { TreeSelect } from 'antd'
import { useTranslation } from 'react-i18next'
import type { ChosenPlace } from './place.ts'

export const PlaceSelect = ({ tree, place, choose }: Pick<ChosenPlace, 'tree' | 'place' | 'choose'>) => {
  const { t } = useTranslation()
  return (
    <TreeSelect
      className="tree-select"
      treeDefaultExpandAll
      showSearch={{ treeNodeFilterProp: 'title' }}
      aria-label={t('jurisdiction.choose')}
      treeData={tree}
      {...(place === undefined ? {} : { value: place.id })}
      onChange={choose}
    />
  )
}
