import ts from 'typescript'

/** What has a name of one word in the language. */
const PLAIN =
  ts.TypeFlags.Any |
  ts.TypeFlags.Unknown |
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.ESSymbolLike |
  ts.TypeFlags.VoidLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Never |
  ts.TypeFlags.NonPrimitive

/** A registry's map of types, and what its components' configs are. */
export interface TypeMap {
  /** `ModelTypes` */
  readonly name: string
  readonly entries: readonly { readonly key: string; readonly type: ts.Type }[]
}

/** Writes types out in full, so that a compiler that reads them need not work them out; components stay named. */
export class TypePrinter {
  /** Declarations of types that refer to themselves or are used by name, as they are met. */
  readonly declared = new Map<string, string>()
  private readonly components = new Map<ts.Type, string>()
  private readonly named = new Map<ts.Type, string>()
  private readonly printing: ts.Type[] = []

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly maps: readonly TypeMap[],
    nameOf: (map: TypeMap, key: string) => string,
  ) {
    for (const map of maps) for (const { key, type } of map.entries) this.components.set(type, nameOf(map, key))
  }

  /** The members of an object type, with their comments, between braces. */
  body(type: ts.Type): string {
    const members = this.checker.getPropertiesOfType(type).map((property) => this.member(property))
    const indexes = this.checker
      .getIndexInfosOfType(type)
      .map(({ keyType, type: value, isReadonly }) => `${isReadonly ? 'readonly ' : ''}[key: ${this.text(keyType)}]: ${this.text(value)}`)
    return `{\n${[...members, ...indexes].join('\n')}\n}`
  }

  /** @throws Error for a type that cannot be written without importing what it comes from */
  text(type: ts.Type): string {
    const component = this.components.get(type)
    if (component !== undefined) return component
    if (type.isUnion()) return this.union(type)
    if (type.isStringLiteral()) return JSON.stringify(type.value)
    if (type.flags & PLAIN) return this.checker.typeToString(type)
    if (this.checker.isTupleType(type)) return this.tuple(type)
    if (this.checker.isArrayType(type)) return this.array(type)
    return this.object(type)
  }

  private union(type: ts.UnionType): string {
    // The compiler's mark of an option that may be left out is an undefined of its own, which is not to be written.
    const missing = (part: ts.Type): boolean => (part.flags & ts.TypeFlags.Undefined) !== 0 && part !== this.checker.getUndefinedType()
    let rest = new Set(type.types.filter((part) => !missing(part)))
    const texts: string[] = []
    for (const map of this.maps) {
      if (map.entries.length < 2 || !map.entries.every((entry) => rest.has(entry.type))) continue
      rest = new Set([...rest].filter((part) => !map.entries.some((entry) => entry.type === part)))
      texts.push(`ComponentConfig<${map.name}>`)
    }
    const booleans = [...rest].filter((part) => part.flags & ts.TypeFlags.BooleanLiteral)
    if (booleans.length === 2) {
      rest = new Set([...rest].filter((part) => !booleans.includes(part)))
      texts.push('boolean')
    }
    // "Not given" last, as one would write it.
    const isNothing = (part: ts.Type): boolean => (part.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)) !== 0
    const ordered = [...[...rest].filter((part) => !isNothing(part)), ...[...rest].filter(isNothing).reverse()]
    texts.push(...ordered.map((part) => (part.getCallSignatures().length > 0 ? `(${this.text(part)})` : this.text(part))))
    return [...new Set(texts)].join(' | ')
  }

  private tuple(type: ts.Type): string {
    const reference = type as ts.TupleTypeReference
    const { elementFlags, readonly } = reference.target
    const parts = this.checker.getTypeArguments(reference).map((element, index) => {
      const flags = elementFlags[index] ?? ts.ElementFlags.Required
      if (flags & ts.ElementFlags.Rest) return `...(${this.text(element)})[]`
      return flags & ts.ElementFlags.Optional ? `(${this.text(element)})?` : this.text(element)
    })
    return `${readonly ? 'readonly ' : ''}[${parts.join(', ')}]`
  }

  private array(type: ts.Type): string {
    const [element] = this.checker.getTypeArguments(type as ts.TypeReference)
    const text = element === undefined ? 'unknown' : this.text(element)
    return `${type.symbol.name === 'ReadonlyArray' ? 'readonly ' : ''}${/^[\w.<>]+$/.test(text) ? text : `(${text})`}[]`
  }

  private object(type: ts.Type): string {
    const [call] = type.getCallSignatures()
    if (call !== undefined) return this.callable(call)
    if (isOfTheLanguage(type)) return this.checker.typeToString(type)
    const known = this.named.get(type)
    if (known !== undefined) return known
    // One that holds itself needs a name.
    if (this.printing.includes(type)) return this.name(type)
    this.printing.push(type)
    const text = this.body(type)
    this.printing.pop()
    const name = this.named.get(type)
    if (name === undefined) return text
    this.declared.set(name, text)
    return name
  }

  private callable(signature: ts.Signature): string {
    const parameters = signature.getParameters().map((parameter) => {
      const type = this.checker.getTypeOfSymbol(parameter)
      return `${parameter.name}: ${this.text(type)}`
    })
    return `(${parameters.join(', ')}) => ${this.text(signature.getReturnType())}`
  }

  private name(type: ts.Type): string {
    const wanted = type.aliasSymbol?.name ?? type.symbol.name
    const taken = new Set([...this.named.values(), ...this.components.values()])
    let name = /^\w+$/.test(wanted) && wanted !== '__type' ? wanted : 'Nested'
    while (taken.has(name)) name += 'Again'
    this.named.set(type, name)
    return name
  }

  private member(property: ts.Symbol): string {
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
    const type = this.checker.getTypeOfSymbol(property)
    const comment = ts.displayPartsToString(property.getDocumentationComment(this.checker)).replaceAll('*/', '* /')
    const doc = comment === '' ? '' : `/** ${comment.replaceAll('\n', '\n * ')} */\n`
    const key = /^[A-Za-z_$][\w$]*$/.test(property.name) ? property.name : JSON.stringify(property.name)
    return `${doc}${key}${optional ? '?' : ''}: ${this.text(type)}`
  }
}

/** Declared by the language's own library: known wherever there is a compiler. */
function isOfTheLanguage(type: ts.Type): boolean {
  const declarations = type.symbol?.declarations ?? []
  return (
    declarations.length > 0 &&
    declarations.every((declaration) => /\/typescript\/lib\/lib\.[^/]*\.d\.ts$/.test(declaration.getSourceFile().fileName))
  )
}
