// The view of processes (`/processes`): see processes/.
export { Processes as default } from './processes/processes.tsx';
