import { Skeleton } from 'antd'

/** The shape of a page before its code or its data is here. */
export const PageSkeleton = () => (
  <div className="page">
    <Skeleton active title={{ width: '30%' }} paragraph={{ rows: 3 }} />
    <Skeleton active title={false} paragraph={{ rows: 6 }} />
  </div>
)
