/** Litres with as many digits as a person wants: "0 L", "0.4 L", "12 L", "1.25 m³". */
export const formatLitres = (litres: number): string => {
  if (litres >= 1_000) return `${(litres / 1_000).toFixed(2)} m³`
  if (litres === 0 || litres >= 10) return `${Math.round(litres)} L`
  return `${litres.toFixed(1)} L`
}

export const formatWatts = (watts: number): string =>
  watts >= 1_000 ? `${(watts / 1_000).toFixed(2)} kW` : `${Math.round(watts)} W`

export const formatWattHours = (wattHours: number): string =>
  wattHours >= 1_000
    ? `${(wattHours / 1_000).toFixed(2)} kWh`
    : `${wattHours < 10 && wattHours > 0 ? wattHours.toFixed(1) : Math.round(wattHours)} Wh`

export const formatBytes = (bytes: number): string =>
  bytes < 1_024 ? `${bytes} B` : `${(bytes / 1_024).toFixed(1)} KB`
