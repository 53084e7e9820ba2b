// The view of reports (`/reports`, `/reports/login`): see reports/.
import type { ViewProps } from './index.ts';
import { Reports } from './reports/reports.tsx';

export default ({ parameters }: ViewProps) => <Reports name={parameters.name ?? 'overview'} />;
