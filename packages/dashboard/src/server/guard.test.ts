import { expect, test } from '@jest/globals'
import { type Asked, refusalOf } from './guard.js'

const GOOD: Asked = { method: 'GET', url: '/api/runs', host: '127.0.0.1:7007', origin: undefined, site: undefined }

test.each<[string, Partial<Asked>, number | undefined]>([
  ['the page asks', { site: 'same-origin', origin: 'http://127.0.0.1:7007' }, undefined],
  ['by its other name', { host: 'LOCALHOST:7007' }, undefined],
  ['a person types the address', { url: '/', site: 'none' }, undefined],
  ['a link of another site opens the page', { url: '/', site: 'cross-site' }, undefined],
  ['another site embeds an image', { url: '/image?key=x', site: 'cross-site' }, 403],
  ['a name that leads here (DNS rebinding)', { host: 'evil.example:7007' }, 403],
  ['a name that only looks like ours', { host: '127.0.0.1:7007.evil.example' }, 403],
  ['user info before the name', { host: 'localhost:7007@evil.example' }, 403],
  ['another port', { host: '127.0.0.1:80' }, 403],
  ['no name', { host: undefined }, 403],
  ['another origin', { origin: 'http://evil.example' }, 403],
  ['an origin of nobody', { origin: 'null' }, 403],
  ['an https page of our name', { origin: 'https://127.0.0.1:7007' }, 403],
  ['writing', { method: 'POST' }, 405],
  ['deleting', { method: 'DELETE' }, 405],
  ['asking what is allowed', { method: 'OPTIONS' }, 405],
  ['a whole address', { url: 'http://127.0.0.1:7007/' }, 400],
  ['an endless address', { url: `/${'a'.repeat(5000)}` }, 400],
])('%s', (_name, asked, status) => {
  expect(refusalOf({ ...GOOD, ...asked }, 7007)?.status).toBe(status)
})
