// SPDX-License-Identifier: Apache-2.0
// Compares dashboards with Grafana's published types (npm package @grafana/schema) by the TypeScript compiler:
//   node check.mjs [FILE...]     without files: all of dashboards/, and files spoiled on purpose, which must be refused
// A dashboard becomes a literal of the type Dashboard, so that an unknown key is an error too; a panel's options and its
// custom field settings are compared with the types of its kind.
import {mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));

// The package's own Panel takes any options and any custom field settings.
const prelude = `
import type {AnnotationQuery, Dashboard, Panel, RowPanel} from '@grafana/schema';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

// JSON has no enums: their values as plain literals.
type Plain<T> = T extends string ? \`\${T}\` : T extends (infer E)[] ? Plain<E>[] : T extends object ? {[K in keyof T]: Plain<T[K]>} : T;
type Kind<Name extends string, Options, Custom> = Omit<Plain<Panel>, 'type' | 'options' | 'fieldConfig'> & {
  type: Name;
  options: Partial<Plain<Options>>; // Grafana has a default for each that is left out
  fieldConfig: {
    defaults: Omit<NonNullable<Plain<Panel>['fieldConfig']>['defaults'], 'custom'> & {custom?: Plain<Custom>};
    overrides: NonNullable<Plain<Panel>['fieldConfig']>['overrides'];
  };
};
type AnyPanel =
  | Kind<'gauge', gauge.Options, {}>
  | Kind<'stat', stat.Options, {}>
  | Kind<'state-timeline', timeline.Options, timeline.FieldConfig>
  | Kind<'table', table.Options, table.FieldConfig>
  | Kind<'timeseries', timeseries.Options, timeseries.FieldConfig>;
// Grafana lets a data source put keys of its own on an annotation: these are the ones of Prometheus' editor.
type Annotation = Plain<AnnotationQuery> | (Plain<AnnotationQuery> & {
  expr: string; step?: string; titleFormat?: string; textFormat?: string; tagKeys?: string; useValueForTime?: boolean;
});
type Whole = Omit<Plain<Dashboard>, 'panels' | 'annotations'> & {annotations: {list: Annotation[]}} & {panels: (AnyPanel | (Omit<Plain<RowPanel>, 'panels'> & {panels: AnyPanel[]}))[]};
`;

// The compiler's complaints about each of the documents, by name.
function complaints(documents) {
  const folder = mkdtempSync(join(here, 'checked-'));
  try {
    const files = [];
    for (const [name, text] of documents) {
      files.push(join(folder, name + '.ts'));
      writeFileSync(files.at(-1), `${prelude}\nexport const dashboard: Whole = ${text};\n`);
    }
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022,
      strict: true, noEmit: true, skipLibCheck: true, types: [],
    });
    const out = new Map(documents.map(([name]) => [name, []]));
    for (const found of ts.getPreEmitDiagnostics(program)) {
      const of = found.file ? basename(found.file.fileName, '.ts') : documents[0][0];
      const line = found.file ? found.file.getLineAndCharacterOfPosition(found.start).line - prelude.split('\n').length : 0;
      (out.get(of) ?? out.get(documents[0][0])).push(`line ${line + 1}: ${ts.flattenDiagnosticMessageText(found.messageText, '\n')}`);
    }
    return out;
  } finally {
    rmSync(folder, {recursive: true});
  }
}

const given = process.argv.slice(2);
const shipped = resolve(here, '../../../dashboards');
const files = given.length ? given : readdirSync(shipped).filter(f => f.endsWith('.json')).map(f => join(shipped, f));
const documents = files.map(f => [basename(f, '.json'), readFileSync(f, 'utf8')]);

// A check that takes everything is none: each of these must be refused.
const spoil = change => {
  const board = JSON.parse(documents[0][1]);
  change(board, board.panels.find(p => p.type === 'timeseries'));
  return JSON.stringify(board, null, 2);
};
const spoiled = given.length ? [] : [
  ['unknown-key', spoil(board => { board.colour = 'red'; })],
  ['unknown-kind', spoil((_, panel) => { panel.type = 'graph'; })],
  ['unknown-option', spoil((_, panel) => { panel.options.legends = {}; })],
  ['bad-value', spoil((_, panel) => { panel.options.tooltip.mode = 'many'; })],
  ['bad-custom', spoil((_, panel) => { panel.fieldConfig.defaults.custom.drawStyle = 'dots'; })],
  ['unknown-annotation-key', spoil(board => { board.annotations.list[0].query = 'up'; })],
  ['bad-type', spoil(board => { board.schemaVersion = 'new'; })],
  ['missing', spoil((_, panel) => { delete panel.fieldConfig.overrides; })],
];

let failed = false;
const found = complaints([...documents, ...spoiled]);
for (const [name] of documents) {
  for (const text of found.get(name)) console.log(`${name}: ${text}`);
  failed ||= found.get(name).length > 0;
}
for (const [name] of spoiled)
  if (found.get(name).length === 0) {
    console.log(`a dashboard spoiled on purpose (${name}) was not refused`);
    failed = true;
  }
const {version} = JSON.parse(readFileSync(join(here, 'node_modules/@grafana/schema/package.json'), 'utf8'));
if (!failed) console.log(`${documents.length} dashboards agree with @grafana/schema ${version}; ${spoiled.length} spoiled ones were refused`);
process.exit(failed ? 1 : 0);
