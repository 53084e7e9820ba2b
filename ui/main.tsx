// The console's first script: theme before anything is drawn, then the page.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './style/tokens.css';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import { App } from './app/app.tsx';
import { applyTheme } from './app/settings.ts';

applyTheme();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
