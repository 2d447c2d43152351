// Builds what browsers load into webui/static/dist: content-hashed names, and a manifest from logical to hashed names.
// Nothing is fetched and no package script runs; a second run over the same sources writes the same bytes.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "dist");

/** Logical names of modules and style sheets, as templates know them. */
const modules = {
  "page.js": "page/index.js",
  "page.css": "page/page.css",
  "tracer.js": "tracer/index.js",
  "tracer.css": "tracer/tracer.css",
  "decisions.js": "decisions/index.js",
  "decisions.css": "decisions/decisions.css",
  "boxes.js": "boxes/index.jsx",
  "boxes.css": "boxes/boxes.css",
  "types.js": "boxes/types.jsx",
  "forms.js": "forms/index.js",
  "forms.css": "forms/forms.css",
  "modeler.js": "modeler/index.js",
  "modeler.css": "modeler/modeler.css",
};

/**
 * CodeMirror's style-mod writes a <style> element into the document, which our content security policy refuses.
 * Constructed style sheets are allowed and everywhere by now: prefer them always. Fails when style-mod changes.
 */
const constructedStyleSheets = {
  name: "constructed-style-sheets",
  setup(build) {
    build.onLoad({ filter: /[\\/]style-mod[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const before = "if (!root.head && root.adoptedStyleSheets";
      if (source.split(before).length !== 2) throw new Error(`style-mod is not as expected, look at the patch: ${path}`);
      return { contents: source.replace(before, "if (root.adoptedStyleSheets"), loader: "js" };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  target: "es2022",
  outdir: target,
  jsx: "automatic",
  jsxImportSource: "@bpmn-io/properties-panel/preact",
  legalComments: "linked",
  logLevel: "warning",
  loader: { ".woff2": "file", ".woff": "empty", ".svg": "empty", ".eot": "empty", ".ttf": "empty", ".bpmn": "text" },
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
};

function entries(names) {
  return Object.entries(names).map(([logical, source]) => ({ in: source, out: logical.replace(/\.(js|css)$/, "") }));
}

/** Logical name -> file name, read from esbuild's own account of what it wrote. */
function named(result, names) {
  const bySource = new Map(Object.entries(names).map(([logical, source]) => [source, logical]));
  const found = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const logical = bySource.get(output.entryPoint);
    if (logical) found[logical] = basename(path);
  }
  return found;
}

function hashed(stem, extension, content) {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  return { name: `${stem}-${digest}.${extension}`, content };
}

/** One sprite of the icons named in page/icons.txt and our own in page/icons/. */
async function sprite() {
  const listed = (await readFile(join(here, "page/icons.txt"), "utf8")).split("\n").map((line) => line.trim());
  const own = (await readdir(join(here, "page/icons"))).filter((name) => name.endsWith(".svg")).sort();
  const sources = [
    ...listed.filter((name) => name && !name.startsWith("#")).map((name) => [name, `node_modules/bootstrap-icons/icons/${name}.svg`]),
    ...own.map((name) => [basename(name, ".svg"), `page/icons/${name}`]),
  ];
  const symbols = await Promise.all(
    sources.map(async ([name, path]) => {
      const svg = await readFile(join(here, path), "utf8");
      const [, viewBox] = svg.match(/viewBox="([^"]+)"/);
      const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
      return `<symbol id="${name}" viewBox="${viewBox}">${inside}</symbol>`;
    }),
  );
  return hashed("icons", "svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function build() {
  const [split, blocking] = await Promise.all([
    esbuild.build({ ...common, entryPoints: entries(modules), format: "esm", splitting: true, plugins: [constructedStyleSheets] }),
    esbuild.build({ ...common, entryPoints: entries({ "theme.js": "page/theme.js" }), format: "iife" }),
  ]);
  const icons = await sprite();
  const favicon = hashed("favicon", "svg", await readFile(join(here, "page/favicon.svg"), "utf8"));
  const files = [...split.outputFiles, ...blocking.outputFiles].map(({ path, contents }) => ({ name: basename(path), content: contents }));
  files.push(icons, favicon);
  const manifest = {
    ...named(split, modules),
    ...named(blocking, { "theme.js": "page/theme.js" }),
    icons: icons.name,
    favicon: favicon.name,
  };
  return { files, manifest };
}

/** New files first, the manifest next, old files last: a server that runs meanwhile never names a file that is not there. */
async function install({ files, manifest }) {
  await mkdir(target, { recursive: true });
  await Promise.all(files.map(({ name, content }) => writeFile(join(target, name), content)));
  await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 1)}\n`);
  const wanted = new Set([...files.map(({ name }) => name), "manifest.json"]);
  const old = (await readdir(target)).filter((name) => !wanted.has(name));
  await Promise.all(old.map((name) => rm(join(target, name), { recursive: true })));
}

const began = performance.now();
try {
  const built = await build();
  await install(built);
  console.log(`Built ${built.files.length} files for the browser in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
} catch (problem) {
  console.error(`The browser parts were not built: ${problem.message}`);
  process.exitCode = 1;
}
