import { isAbsolute, join } from 'node:path'
import { type ConfigOf, DATASETS, type MetaInfo, type PipelineItem, TesseraError } from '@tessera/core'
import * as v from 'valibot'
import { BaseDataset, baseDatasetEntries } from './baseDataset.js'
import { readDatasetFile } from './readDatasetFile.js'

const schema = v.strictObject({
  ...baseDatasetEntries,
  data_root: v.optional(v.string(), ''),
  /** A JSON file below `data_root`: `{ metainfo: { classes }, data_list: [{ img_path, gt_label: [class indices] }] }`. */
  ann_file: v.string(),
  /** The folder below `data_root` that image paths start from. */
  data_prefix: v.optional(v.union([v.string(), v.strictObject({ img_path: v.string() })]), ''),
})
type Options = v.InferOutput<typeof schema>

interface MultiLabelDatasetConfig extends ConfigOf<'MultiLabelDataset', typeof schema> {}
declare module '@tessera/core' {
  interface DatasetTypes {
    MultiLabelDataset: MultiLabelDatasetConfig
  }
}

const annotationSchema = v.object({
  metainfo: v.optional(v.record(v.string(), v.unknown()), {}),
  data_list: v.array(v.looseObject({ img_path: v.string(), gt_label: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))) })),
})

/** Images that belong to several classes each, listed in a JSON file (MMPreTrain's MultiLabelDataset). */
@DATASETS.registerModule()
export class MultiLabelDataset extends BaseDataset<Options> {
  static readonly schema = schema

  protected override loadDataList(): { list: PipelineItem[]; metainfo: MetaInfo } {
    const { data_root: root, data_prefix: prefix, ann_file: file } = this.options
    const path = isAbsolute(file) ? file : join(root, file)
    const { data_list: list, metainfo } = parse(readDatasetFile(path, 'MultiLabelDataset').toString('utf8'), path)
    const folder = join(root, typeof prefix === 'string' ? prefix : prefix.img_path)
    return { list: list.map((item) => ({ ...item, img_path: join(folder, item.img_path) })), metainfo }
  }
}

function parse(text: string, path: string): v.InferOutput<typeof annotationSchema> {
  const damaged = (what: string, cause?: unknown) => new TesseraError('DATA_INVALID', { what, path, cause })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw damaged('the annotation file is no JSON', cause)
  }
  const parsed = v.safeParse(annotationSchema, content)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw damaged(`the annotation file is not as expected: ${v.getDotPath(issue) ?? 'its content'}: ${issue.message}`)
}
