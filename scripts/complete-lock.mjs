/**
 * Puts optional packages of other platforms back into package-lock.json.
 *
 * A tool such as biome lists one optional package a platform. Where a registry mirror lacks some of them,
 * `npm install` quietly leaves them out of the lock file, and `npm ci` then refuses the lock file as incomplete, on
 * every machine. This adds each that is missing, with its version and platform, so that a machine of that platform
 * fetches it and every other skips it. Run it after `npm install`, and commit the result:
 *
 *     node scripts/complete-lock.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32", "wasm32"];
const processors = ["arm64", "arm", "x64", "ia32", "ppc64", "riscv64", "s390x", "loong64", "mips64el"];

const path = fileURLToPath(new URL("../package-lock.json", import.meta.url));
const lock = JSON.parse(readFileSync(path, "utf8"));
const added = missingEntries(lock.packages);
if (added.length > 0) {
  const entries = Object.entries(lock.packages).concat(added);
  const [root, ...others] = entries;
  others.sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries([root, ...others]);
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`package-lock.json: ${added.length} optional packages of other platforms added`);

function missingEntries(packages) {
  const added = [];
  for (const [owner, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`;
      if (packages[key] !== undefined || packages[`${owner}/${key}`] !== undefined) continue;
      if (!/^\d/.test(version))
        throw new Error(`${owner} asks for ${name}@${version}; only exact versions can be added`);
      added.push([key, { version, ...platformOf(name), ...(entry.dev ? { dev: true } : {}), optional: true }]);
    }
  }
  return added;
}

/** The platform that a package's name tells: `@biomejs/cli-linux-arm64-musl` is linux, arm64, musl. */
function platformOf(name) {
  const words = name.replace(/^.*\//, "").split("-");
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (words.includes("wasm32")) return { cpu: ["wasm32"] };
  if (os === undefined || cpu === undefined) throw new Error(`no platform can be read from the name ${name}`);
  const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") && os === "linux" ? ["glibc"] : undefined;
  return { cpu: [cpu], ...(libc ? { libc } : {}), os: [os] };
}
