export { GptImportsModule } from './gpt-imports.module.js';
