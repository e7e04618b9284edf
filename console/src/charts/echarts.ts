import { CustomChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

// Only what is drawn is shipped.
use([CustomChart, GridComponent, TooltipComponent, MarkLineComponent, CanvasRenderer])

export { init }
