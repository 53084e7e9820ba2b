// The public face of print (`auspex/print`).
export * from './csv.ts';
export { SAFE_CSV_COLUMNS, safeCsvPrinter } from './csv-safe.ts';
export * from './default.ts';
export { ecsPrinter } from './ecs.ts';
export * from './interpreted.ts';
export { jsonPrinter } from './json.ts';
export { ocsfPrinter } from './ocsf.ts';
export * from './printer.ts';
export { rawPrinter } from './raw.ts';
export * from './shown.ts';
export * from './text.ts';
