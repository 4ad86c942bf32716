/**
 * TensorFlow's own builds as PyPI packages, pinned by hash. The library inside holds the whole C API.
 * Platforms are Node's `process.platform-process.arch`; what is not listed has only the package's own installer.
 *
 * @typedef {{ package: string, version: string, platform: string, sha256: string }} Wheel
 */

/** @type {Record<string, Wheel>} */
const WHEELS = {
  'linux-x64': {
    package: 'tensorflow-cpu',
    version: '2.21.0',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-arm64': {
    package: 'tensorflow',
    version: '2.21.0',
    platform: 'manylinux_2_27_aarch64',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
  },
}

/** @param {string} platform @param {string} arch @returns {Wheel | undefined} */
export function wheelFor(platform, arch) {
  const key = `${platform}-${arch}`
  return Object.hasOwn(WHEELS, key) ? WHEELS[key] : undefined
}

/** pip's arguments for exactly this file and no other. @param {Wheel} wheel @param {string} requirements @param {string} folder */
export function downloadArguments(wheel, requirements, folder) {
  const tags = ['--platform', wheel.platform, '--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311']
  const strict = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-cache-dir', '--disable-pip-version-check']
  return ['-m', 'pip', 'download', ...strict, ...tags, '--dest', folder, '--requirement', requirements]
}

/** @param {Wheel} wheel */
export function requirementOf(wheel) {
  return `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`
}
