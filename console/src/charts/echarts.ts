import { CustomChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

// Only what is drawn is shipped.
use([CustomChart, GridComponent, MarkLineComponent, CanvasRenderer])

export { init }
