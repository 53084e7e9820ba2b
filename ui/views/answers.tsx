// The view of answers (`/answers`, `/answers/who-killed` …): see answers/.
import { Answers } from './answers/answers.tsx';
import type { ViewProps } from './index.ts';

export default ({ parameters }: ViewProps) => <Answers question={parameters.question ?? ''} />;
