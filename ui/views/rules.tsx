// The view of rules (`/rules`, `/rules/cost`, `/rules/edit`): see rules/.
import type { ViewProps } from './index.ts';
import { Rules } from './rules/rules.tsx';

export default ({ parameters }: ViewProps) => <Rules part={parameters.part ?? ''} />;
