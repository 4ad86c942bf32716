import { dirname } from 'node:path'
import type { ComponentDocs } from '@tessera/core'
import ts from 'typescript'

/** How deep options nest whose comments are looked for. */
const MAX_DEPTH = 3

/**
 * Reads the comments of registered classes and of the entries of their schemas, so that they are written once, where the code is.
 * The compiler finds what a schema is made of: spread entries, those of a parent, those of another file.
 */
export class SourceDocs {
  private readonly checker: ts.TypeChecker
  private readonly classes = new Map<string, ts.ClassDeclaration[]>()

  /** @param roots source files; what they import is read as well */
  constructor(roots: readonly string[], configFile: string) {
    const { config } = ts.readConfigFile(configFile, ts.sys.readFile)
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(configFile))
    const program = ts.createProgram(roots, { ...options, composite: false, noEmit: true })
    this.checker = program.getTypeChecker()
    for (const file of program.getSourceFiles()) {
      if (file.isDeclarationFile || file.fileName.includes('/node_modules/')) continue
      for (const statement of file.statements) {
        if (!ts.isClassDeclaration(statement) || statement.name === undefined) continue
        const name = statement.name.text
        this.classes.set(name, [...(this.classes.get(name) ?? []), statement])
      }
    }
  }

  /** The docs of a class by its name; undefined for one whose source is not among the files. */
  of(className: string): ComponentDocs | undefined {
    const declared = this.classes.get(className)?.find(isRegistered) ?? this.classes.get(className)?.[0]
    if (declared === undefined) return undefined
    const options: Record<string, string> = {}
    const schema = this.schemaType(declared)
    if (schema !== undefined) this.collect(schema, '', options, declared)
    return { summary: commentText(ts.getJSDocCommentsAndTags(declared)), options }
  }

  /** The type of the schema that a class has or inherits, as it was written rather than as it is annotated. */
  private schemaType(declared: ts.ClassDeclaration): ts.Type | undefined {
    for (const member of declared.members) {
      if (!ts.isPropertyDeclaration(member) || member.name.getText() !== 'schema' || member.initializer === undefined) continue
      return this.checker.getTypeAtLocation(member.initializer)
    }
    const parent = declared.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
    const symbol = parent === undefined ? undefined : this.checker.getTypeAtLocation(parent).symbol
    const base = symbol?.declarations?.find(ts.isClassDeclaration)
    return base === undefined ? undefined : this.schemaType(base)
  }

  private collect(schema: ts.Type, path: string, options: Record<string, string>, at: ts.Node): void {
    if (path.split('.').length > MAX_DEPTH) return
    const entries = this.member(schema, 'entries', at)
    if (entries !== undefined) {
      for (const entry of entries.getProperties()) {
        const own = path === '' ? entry.name : `${path}.${entry.name}`
        const text = (entry.declarations ?? [])
          .map((declaration) => commentText(ts.getJSDocCommentsAndTags(declaration)))
          .find((found) => found !== '')
        if (text !== undefined) options[own] = text
        this.collect(this.checker.getTypeOfSymbolAtLocation(entry, at), own, options, at)
      }
      return
    }
    const inner = this.member(schema, 'wrapped', at) ?? this.member(schema, 'item', at)
    if (inner !== undefined) this.collect(inner, path, options, at)
  }

  private member(type: ts.Type, name: string, at: ts.Node): ts.Type | undefined {
    const symbol = type.getProperty(name)
    return symbol === undefined ? undefined : this.checker.getTypeOfSymbolAtLocation(symbol, at)
  }
}

/** Whether a decorator registers the class: others may have its name. */
function isRegistered(declared: ts.ClassDeclaration): boolean {
  return (ts.getDecorators(declared) ?? []).some((decorator) => decorator.getText().includes('.registerModule('))
}

/** The comment's text in one line, without tags. */
function commentText(nodes: readonly (ts.JSDoc | ts.JSDocTag)[]): string {
  const text = nodes.filter(ts.isJSDoc).map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '')
  return text.join(' ').replace(/\s+/g, ' ').trim()
}
