/** Memory for values that stay: as many bytes as asked for, aligned for every dtype, that nobody else sees. */
export type Room = (bytes: number) => Uint8Array<ArrayBuffer>

/** Each in a buffer of its own. */
export const ownRoom: Room = (bytes) => new Uint8Array(new ArrayBuffer(bytes))

/** One buffer lives as long as one of its tensors. */
const SLAB_BYTES = 256 * 2 ** 20

/**
 * Side by side in few large buffers. JavaScript collects its garbage anew after every 64 MiB of new buffers, which took a third of the time of
 * loading a large model tensor by tensor.
 * @param total bytes that will be asked for in all
 */
export function sharedRoom(total: number): Room {
  let left = total
  let slab = new ArrayBuffer(0)
  let used = 0
  return (bytes) => {
    const padded = Math.ceil(bytes / 8) * 8
    if (used + padded > slab.byteLength) {
      slab = new ArrayBuffer(Math.max(padded, Math.min(left, SLAB_BYTES)))
      used = 0
    }
    const room = new Uint8Array(slab, used, bytes)
    used += padded
    left -= padded
    return room
  }
}
