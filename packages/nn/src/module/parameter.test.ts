import { beforeAll, expect, test } from '@jest/globals'
import { RandomStream, tf, useBackend } from '@tessera/runtime'
import { Buffer, ones, Parameter } from './parameter.js'

beforeAll(async () => {
  await useBackend('auto')
})

test('holds nothing before it is initialised, one tensor after, none when disposed', () => {
  const before = tf.memory().numTensors
  const parameter = new Parameter([2, 3], { init: ones })
  expect([parameter.isMaterialized, parameter.size, tf.memory().numTensors - before]).toEqual([false, 6, 0])
  parameter.initialize(new RandomStream(0))
  expect([parameter.isMaterialized, tf.memory().numTensors - before]).toEqual([true, 1])
  parameter.setValues(Float32Array.from([1, 2, 3, 4, 5, 6]))
  expect(tf.memory().numTensors - before).toBe(1)
  expect(Array.from(parameter.values())).toEqual([1, 2, 3, 4, 5, 6])
  parameter.dispose()
  expect([parameter.isMaterialized, tf.memory().numTensors - before]).toEqual([false, 0])
})

test('values go in and out in the file’s layout, whatever memory holds', () => {
  const parameter = new Parameter([2, 1, 1, 2], { layout: 'conv2d' })
  parameter.setValues(Float32Array.from([1, 2, 3, 4]))
  expect(parameter.variable.shape).toEqual([1, 2, 1, 2])
  expect(Array.from(parameter.values())).toEqual([1, 2, 3, 4])
  parameter.dispose()
})

test('new values keep the variable, so that an optimizer’s hold on it stays good', () => {
  const parameter = new Parameter([1])
  parameter.setValues(Float32Array.from([1]))
  const { variable } = parameter
  parameter.setValues(Float32Array.from([2]))
  expect(parameter.variable).toBe(variable)
  parameter.dispose()
})

test('another number of values is an error with the name', () => {
  const parameter = new Parameter([2])
  parameter.name = 'head.bias'
  expect(() => parameter.setValues(new Float32Array(3))).toThrow(/head\.bias.*got 3, expected 2/)
})

test('parameters are trained, buffers are not', () => {
  const [parameter, buffer] = [new Parameter([1]), new Buffer([1])]
  for (const tensor of [parameter, buffer]) tensor.initialize(new RandomStream(0))
  expect([parameter.variable.trainable, buffer.variable.trainable]).toEqual([true, false])
  parameter.dispose()
  buffer.dispose()
})

test('survives a tidy', () => {
  const parameter = new Parameter([1], { init: ones })
  tf.tidy(() => parameter.initialize(new RandomStream(0)))
  expect(Array.from(parameter.values())).toEqual([1])
  parameter.dispose()
})
