import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { init } from './echarts.ts'

/** An ECharts canvas that follows its box. The option is replaced as a whole: charts here are small. */
export const Chart = ({
  option,
  height,
  label,
}: {
  option: EChartsCoreOption
  height: number
  label: string
}) => {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const made = init(element)
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true })
  }, [option])
  return <div ref={box} className="chart" style={{ height }} role="img" aria-label={label} />
}
