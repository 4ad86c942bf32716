const MOST_ROUNDS = 500

/**
 * The first principal component of places' features, [places, channels]: how far each place lies along the direction in which they differ
 * most. A direction has no sign of its own: here it points to where the features' sums grow.
 */
export function principalMap(values: Float32Array, places: number, channels: number): Float32Array {
  const centred = centre(values, places, channels)
  let direction = new Float64Array(channels).map((_, i) => 1 + ((i * 0.618) % 1))
  let projected: Float64Array = new Float64Array(places)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    projected = project(centred, direction, places, channels)
    const next = new Float64Array(channels)
    for (let place = 0; place < places; place++)
      for (let channel = 0; channel < channels; channel++)
        next[channel] = (next[channel] ?? 0) + (projected[place] ?? 0) * (centred[place * channels + channel] ?? 0)
    const length = Math.hypot(...next)
    // All places are the same.
    if (length === 0) return new Float32Array(places)
    let moved = 0
    for (let i = 0; i < channels; i++) {
      const value = (next[i] ?? 0) / length
      moved = Math.max(moved, Math.abs(value - (direction[i] ?? 0)))
      next[i] = value
    }
    direction = next
    if (moved < 1e-9) break
  }
  projected = project(centred, direction, places, channels)
  const along = direction.reduce((sum, value) => sum + value, 0)
  const sign = along < 0 ? -1 : 1
  return Float32Array.from(projected, (value) => sign * value)
}

function centre(values: Float32Array, places: number, channels: number): Float64Array {
  const means = new Float64Array(channels)
  for (let i = 0; i < values.length; i++) means[i % channels] = (means[i % channels] ?? 0) + (values[i] ?? 0) / places
  return Float64Array.from(values, (value, i) => value - (means[i % channels] ?? 0))
}

function project(rows: Float64Array, direction: Float64Array, places: number, channels: number): Float64Array {
  const projected = new Float64Array(places)
  for (let place = 0; place < places; place++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += (rows[place * channels + channel] ?? 0) * (direction[channel] ?? 0)
    projected[place] = sum
  }
  return projected
}
