import { onnxType } from '../onnxBuilder.js'
import { ONNX_TYPE } from '../onnxProto.js'
import { named, type OnnxRule } from './onnxRule.js'

/** TensorFlow's name, where ONNX's differs. */
const RENAMED: Readonly<Record<string, string>> = {
  AddV2: 'Add',
  AddN: 'Sum',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  GreaterEqual: 'GreaterOrEqual',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalNot: 'Not',
  Select: 'Where',
  SelectV2: 'Where',
}

const SAME_NAME =
  'Abs Add Acos Asin Atan Ceil Cos Div Equal Erf Exp Floor Greater Identity Less Log Mul Neg Pow Reciprocal Relu Sigmoid Sign Sin'
const SAME_NAME_TOO = 'Softplus Sqrt Sub Tan Tanh Elu Selu Round'

/** Ops that work element by element. */
export const ELEMENTWISE: readonly [string, OnnxRule][] = [
  ...`${SAME_NAME} ${SAME_NAME_TOO}`.split(' ').map((op): [string, OnnxRule] => [op, (one) => one.builder.one(op, one.values())]),
  ...Object.entries(RENAMED).map(([op, theirs]): [string, OnnxRule] => [op, (one) => one.builder.one(theirs, one.values())]),
  ['Rsqrt', (op) => op.builder.one('Reciprocal', [op.builder.one('Sqrt', op.values())])],
  ['Square', (op) => op.builder.one('Mul', [op.value(0), op.value(0)])],
  ['Log1p', (op) => op.builder.one('Log', [op.builder.one('Add', [op.value(0), op.builder.floats([1], [])])])],
  ['Expm1', (op) => op.builder.one('Sub', [op.builder.one('Exp', op.values()), op.builder.floats([1], [])])],
  ['Relu6', (op) => op.builder.one('Clip', [op.value(0), op.builder.floats([0], []), op.builder.floats([6], [])])],
  ['NotEqual', (op) => op.builder.one('Not', [op.builder.one('Equal', op.values())])],
  [
    'SquaredDifference',
    (op) => {
      const difference = op.builder.one('Sub', op.values())
      return op.builder.one('Mul', [difference, difference])
    },
  ],
  [
    'LeakyRelu',
    (op) => {
      const alpha = op.attributes['alpha']
      return op.builder.one('LeakyRelu', [op.value(0)], { alpha: { float: alpha !== undefined && 'float' in alpha ? alpha.float : 0.2 } })
    },
  ],
  ...named('Softmax LogSoftmax', (op) => op.builder.one(op.node.op, [op.value(0)], { axis: { int: -1 } })),
  [
    'ZerosLike',
    (op) => {
      // ONNX fills with float32 unless told otherwise.
      const zeros = op.builder.one('ConstantOfShape', [op.builder.one('Shape', [op.value(0)])])
      const type = onnxType(op.dtype(0))
      return type === ONNX_TYPE.float ? zeros : op.builder.one('Cast', [zeros], { to: { int: type } })
    },
  ],
  [
    'Cast',
    (op) => {
      const to = op.type('DstT') ?? op.dtype(0)
      return to === op.dtype(0) ? op.value(0) : op.builder.one('Cast', [op.value(0)], { to: { int: onnxType(to) } })
    },
  ],
]
