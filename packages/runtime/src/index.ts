export type { BackendInfo } from './backend/backendInfo.js'
export type { BackendName, BackendRequest } from './backend/backendName.js'
export { type NativeBackend, nativeBackend, type OpAttribute, typeAttribute } from './backend/nativeBackend.js'
export { currentBackend, useBackend } from './backend/useBackend.js'
export { byteTensor } from './compile/byteTensor.js'
export { CompiledFunction, type CompileOptions, type RecordingFacts } from './compile/compiledFunction.js'
export { checkPrecision, type Precision, withPrecision } from './compile/precision.js'
export type { StepResult } from './compile/recorder.js'
export { temporaryFolder } from './compile/temporaryFiles.js'
export { type TimedOp, timeOps } from './compile/timeOps.js'
export { examine } from './doctor/examine.js'
export { type DoctorReport, type Finding, formatReport } from './doctor/report.js'
export { exportOnnx, type OnnxOptions } from './onnx/exportOnnx.js'
export { RandomStream, type RandomStreamState } from './random/randomStream.js'
export { type StatelessSeed, statelessNormal, statelessUniform } from './random/statelessRandom.js'
export { randomBernoulli, randomNormal, randomUniform, type StepRandom, withStepRandom } from './random/stepRandom.js'
export {
  type InPlaceUpdate,
  isRecording,
  keptForBackward,
  stepEffect,
  stepGuard,
  stepInPlace,
  stepScalar,
  stepVector,
} from './step/hostEvents.js'
export { tf } from './tf.js'
