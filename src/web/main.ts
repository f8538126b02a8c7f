import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/screens.css';
import { render } from 'preact';
import { App } from './app.js';
import { html } from './kit/html.js';

render(html`<${App} />`, document.getElementById('page')!);
