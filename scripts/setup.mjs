/**
 * Makes a bare checkout ready to run: dependencies installed as package-lock.json says, `dist` built from `src`.
 *
 * Runs before anything is installed, so it needs nothing but Node. What is already in order is left alone.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs and builds what is missing or out of date.
 *
 * @param orElse is told in a sentence why that failed; by default prints it. The process ends with exit code 1 then.
 */
export function setUp(orElse = (why) => console.error(why)) {
  const failure = prepare();
  if (failure === undefined) return;
  orElse(failure);
  process.exit(1);
}

function prepare() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    return `neuroscreen needs Node 20.19 or later; this is Node ${process.versions.node}`;
  }
  if (!isInstalled()) {
    console.error("installing dependencies (npm ci) …");
    if (npm(["ci", "--no-audit", "--no-fund"]) !== 0) return "npm ci failed; its message stands above";
  }
  if (!isBuilt()) {
    console.error("building dist …");
    if (runNode(["scripts/build.mjs"]) !== 0) return "the build failed; the compiler's message stands above";
  }
  return undefined;
}

/** Runs Node on a script with this process's streams; gives the exit code, 1 where a signal ended it. */
export function runNode(words, environment = {}) {
  const options = { cwd: root, stdio: "inherit", env: { ...process.env, ...environment } };
  return spawnSync(process.execPath, words, options).status ?? 1;
}

/** Runs a program of node_modules, such as `tool("typescript/bin/tsc", ["--noEmit"])`. */
export function tool(path, words, environment) {
  return runNode([join("node_modules", path), ...words], environment);
}

function npm(words) {
  // The package onnxruntime-node would download a CUDA provider of hundreds of megabytes that we do not use.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" };
  const options = { cwd: root, stdio: ["inherit", 2, "inherit"], env };
  // Under `npm run`, npm names its own script, which works where `npm` is a .cmd file too.
  const script = process.env.npm_execpath;
  const run = script?.endsWith(".js")
    ? spawnSync(process.execPath, [script, ...words], options)
    : spawnSync("npm", words, { ...options, shell: process.platform === "win32" });
  if (run.error) console.error(run.error.message);
  return run.status ?? 1;
}

// By versions, not by times: a checkout or a copy may set any time on the files.
function isInstalled() {
  const wanted = lockedPackages("package-lock.json");
  const present = lockedPackages("node_modules/.package-lock.json");
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || present[path]?.version === version,
  );
}

function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages;
  } catch {
    return undefined;
  }
}

function isBuilt() {
  const builtAt = changedAt("dist/.built");
  const sources = ["src", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "scripts/build.mjs"];
  return builtAt > 0 && sources.every((path) => newestIn(path) <= builtAt);
}

// A folder's own time tells of files that were removed or renamed.
function newestIn(path) {
  const at = changedAt(path);
  if (!statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory()) return at;
  const children = readdirSync(join(root, path)).map((name) => newestIn(join(path, name)));
  return Math.max(at, ...children);
}

function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
